import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets a process have what others leave of the CPU, from 0 for as much as anyone to 19 for the least. Linux keeps it for each
 * thread, and new ones have that of the thread that starts them.
 */
export function yieldCpu(pid: number, nice: number): void {
  for (const thread of readdirSync(`/proc/${pid}/task`)) setPriority(Number(thread), nice)
}
