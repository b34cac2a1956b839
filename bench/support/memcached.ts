import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const MEMCACHED_PORT = 21311

/** A memcached of this machine with these options, on the port that {@link dial} connects to. */
export function startMemcached(binary: string, options: readonly string[]): ChildProcess {
  const args = ['-u', 'nobody', '-l', '127.0.0.1', '-p', `${MEMCACHED_PORT}`, '-U', '0']
  return spawn(binary, [...args, ...options], { stdio: 'ignore' })
}

export async function dial(): Promise<Socket> {
  const deadline = Date.now() + 5000
  for (;;) {
    const socket = connect(MEMCACHED_PORT, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.on('error', () => socket.destroy())
      return socket
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(20)
    }
  }
}

/**
 * Stores one and a half times what fits.
 * @param memory -m, MiB
 * @param value bytes of each value
 */
export async function fill(socket: Socket, memory: number, value: number): Promise<void> {
  const payload = 'x'.repeat(value)
  const count = Math.ceil((memory * 1024 * 1024 * 1.5) / (value + 80))
  const batch = Math.max(1, Math.floor(1_000_000 / (value + 80)))
  for (let start = 0; start < count; start += batch) {
    let text = ''
    for (let i = start; i < Math.min(start + batch, count); i++) {
      text += `set key:${i.toString().padStart(12, '0')} 0 0 ${value} noreply\r\n${payload}\r\n`
    }
    if (!socket.write(text)) await once(socket, 'drain')
  }
  await statistics(socket)
}

/** Also waits until everything sent before has been read. */
export async function statistics(socket: Socket): Promise<Map<string, string>> {
  socket.write('stats\r\n')
  let text = ''
  while (!text.endsWith('END\r\n')) text += (await once(socket, 'data'))[0]
  const pairs = [...text.matchAll(/STAT (\S+) (\S+)/g)]
  return new Map(pairs.map(([, name = '', value = '']) => [name, value]))
}
