import { rmSync } from 'node:fs'
import { open, rm, stat, utimes } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const HEARTBEAT_MS = 2_000
const STALE_MS = 15_000
const POLL_MS = 250

/**
 * Runs `work` while no other process holds the lock file. The holder touches the file; one that has not been
 * touched for 15 seconds belongs to a process that died. (A process id would not do: containers that share a
 * cache do not share process ids.) It only saves double work: what it guards must be atomic by itself.
 */
export async function locked<T>(path: string, work: () => Promise<T>): Promise<T> {
  while (!(await acquire(path))) {
    if (await isStale(path)) await rm(path, { force: true })
    else await delay(POLL_MS)
  }
  const heartbeat = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => clearInterval(heartbeat))
  }, HEARTBEAT_MS)
  // One that leaves in the middle of its work need not keep others waiting until the file is old.
  const leave = () => rmSync(path, { force: true })
  process.once('exit', leave)
  try {
    return await work()
  } finally {
    process.off('exit', leave)
    clearInterval(heartbeat)
    await rm(path, { force: true })
  }
}

async function acquire(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx')
    await file.close()
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

async function isStale(path: string): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs > STALE_MS
  } catch (error) {
    if (isCode(error, 'ENOENT')) return false
    throw error
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
