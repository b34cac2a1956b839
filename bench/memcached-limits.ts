import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { dial, fill, startMemcached } from './support/memcached.ts'

// What memcached keeps of its -I once it is full of small values, and of its -c. Prints, for each -m and -I, how many of ten
// values of a size were stored, and for each -c how many connections were served.
// Usage: node bench/memcached-limits.ts [path of memcached]

const binary = process.argv[2] ?? 'memcached'
const SMALL = 4000
const MIB = 1024 * 1024
const SIZES = [1_024_000, 1_228_800, 1_433_600, 1_536_000, 2 * MIB - 1000, 8 * MIB - 1000, 31 * MIB]

for (const [memory, item] of [
  [64, 2],
  [256, 2],
  [256, 8],
  [256, 32],
  [1024, 32],
] as const) {
  const stored = await storedInto(memory, item)
  console.log(
    `-m ${memory} -I ${item}m: ${stored.map(([size, count]) => `${size} B ${count}/10`).join(', ')}`,
  )
}
for (const most of [64, 1024]) console.log(`-c ${most}: ${await served(most)} connections served`)

async function storedInto(memory: number, item: number): Promise<[size: number, count: number][]> {
  const child = startMemcached(binary, ['-m', `${memory}`, '-I', `${item}m`])
  try {
    const socket = await dial()
    await fill(socket, memory, SMALL)
    const counts: [number, number][] = []
    for (const size of SIZES.filter((size) => size < item * MIB)) {
      let count = 0
      for (let i = 0; i < 10; i++) if (await isStored(socket, `large:${size}:${i}`, size)) count += 1
      counts.push([size, count])
    }
    socket.destroy()
    return counts
  } finally {
    child.kill()
    await once(child, 'exit')
  }
}

async function isStored(socket: Socket, key: string, size: number): Promise<boolean> {
  socket.write(`set ${key} 0 0 ${size}\r\n${'x'.repeat(size)}\r\n`)
  return String((await once(socket, 'data'))[0]).startsWith('STORED')
}

/** How many of twice as many connections as are allowed get an answer that is no refusal. */
async function served(most: number): Promise<number> {
  const child = startMemcached(binary, ['-m', '64', '-c', `${most}`])
  const clients: Socket[] = []
  try {
    let answers = 0
    for (let i = 0; i < 2 * most; i++) {
      const client = await dial()
      client.once('data', (data) => {
        if (String(data).startsWith('VERSION')) answers += 1
      })
      client.write('version\r\n')
      clients.push(client)
    }
    await sleep(2000)
    return answers
  } finally {
    for (const client of clients) client.destroy()
    child.kill()
    await once(child, 'exit')
  }
}
