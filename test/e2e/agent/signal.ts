import { readdirSync, readFileSync } from 'node:fs'

export interface SignalRequest {
  /** Id of a container, without the name of the runtime before it. */
  readonly container: string
  readonly signal: NodeJS.Signals
}

/** A signal for every process of a container of this node. Needs the node's process ids, and root. */
export function signal({ container, signal: name }: SignalRequest): { processes: number } {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry) && belongsTo(entry, container))
  for (const pid of pids) process.kill(Number(pid), name)
  return { processes: pids.length }
}

function belongsTo(pid: string, container: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8').includes(container)
  } catch {
    // It has ended meanwhile.
    return false
  }
}
