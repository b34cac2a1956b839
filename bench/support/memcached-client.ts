import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { PodAddress } from './cache-objects.ts'

/** What it answers to what the exporter asks, once values of so many sizes are in it, each a quarter larger than the one before. */
export async function recordedAnswer(address: PodAddress, sizes: number): Promise<string> {
  const socket = await opened(address)
  for (let size = 0; size < sizes; size++) {
    const value = 'x'.repeat(Math.round(20 * 1.25 ** size))
    await said(socket, `set size:${size} 0 0 ${value.length}\r\n${value}\r\n`, 'STORED\r\n')
  }
  let text = ''
  for (const request of ['stats', 'stats settings', 'stats items', 'stats slabs']) {
    text += await said(socket, `${request}\r\n`, 'END\r\n')
  }
  socket.destroy()
  return text
}

/** One client that does one get after the other. */
export class Gets {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  static async over(address: PodAddress): Promise<Gets> {
    const socket = await opened(address)
    await said(socket, 'set k 0 0 5\r\nvalue\r\n', 'STORED\r\n')
    return new Gets(socket)
  }

  /** Microseconds that each took until that was done. */
  async during(other: Promise<unknown>): Promise<number[]> {
    const times: number[] = []
    let isDone = false
    const done = other.finally(() => {
      isDone = true
    })
    while (!isDone) {
      const begun = performance.now()
      await said(this.#socket, 'get k\r\n', 'END\r\n')
      times.push((performance.now() - begun) * 1_000)
    }
    await done
    return times
  }

  close(): void {
    this.#socket.destroy()
  }
}

async function opened({ host, port }: PodAddress): Promise<Socket> {
  const socket = connect({ host, port }).setNoDelay(true).setEncoding('latin1')
  await once(socket, 'connect')
  return socket
}

/** The answer, up to its end. */
async function said(socket: Socket, request: string, end: string): Promise<string> {
  socket.write(request)
  let text = ''
  while (!text.endsWith(end)) text += (await once(socket, 'data'))[0]
  return text
}
