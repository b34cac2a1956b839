import { createRequire } from 'node:module'
import memjs from 'memjs'
import { serve } from './loop.js'

const [host, port] = process.argv.slice(2)
const client = memjs.Client.create(`${host}:${port}`, { retries: 0, timeout: 2, conntimeout: 2 })
const { version } = createRequire(import.meta.url)('memjs/package.json')

await serve(version, {
  get: async (key) => (await client.get(key)).value,
  set: (key, value, ttl) => client.set(key, value, { expires: Number(ttl) }),
  add: (key, value) => client.add(key, value, {}),
  append: (key, value) => client.append(key, value),
  delete: (key) => client.delete(key),
  incr: async (key, by) => (await client.increment(key, Number(by), {})).value,
  decr: async (key, by) => (await client.decrement(key, Number(by), {})).value,
  touch: (key, ttl) => client.touch(key, Number(ttl)),
  flush: async () => Object.values(await client.flush()).every(Boolean),
})
