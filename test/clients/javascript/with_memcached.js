import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import Memcached from 'memcached'
import { serve } from './loop.js'

const [host, port] = process.argv.slice(2)
const client = new Memcached(`${host}:${port}`)
const { version } = createRequire(import.meta.url)('memcached/package.json')
const tokens = new Map()

const call = (name) => {
  const asked = promisify(client[name]).bind(client)
  // An answer of no is an error for this library.
  return (...args) =>
    asked(...args).catch((error) => (/not stored/.test(error.message) ? false : Promise.reject(error)))
}

await serve(version, {
  get: call('get'),
  multi: async (...keys) => {
    const found = await call('getMulti')(keys)
    return keys.map((key) => found[key] ?? '-').join(' ')
  },
  set: (key, value, ttl) => call('set')(key, value, Number(ttl)),
  add: (key, value) => call('add')(key, value, 0),
  append: (key, value) => call('append')(key, value),
  delete: call('del'),
  incr: (key, by) => call('incr')(key, Number(by)),
  decr: (key, by) => call('decr')(key, Number(by)),
  gets: async (key) => {
    const found = await call('gets')(key)
    tokens.set(key, found?.cas)
    return found?.[key]
  },
  cas: (key, value) => call('cas')(key, value, tokens.get(key), 0),
  touch: (key, ttl) => call('touch')(key, Number(ttl)),
  flush: async () => (await call('flush')()).every(Boolean),
})
