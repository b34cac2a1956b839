import type { Pod } from '../observe/pod.ts'
import type { Pulses } from './pulse.ts'

/** Names of the routers that hold a server for dead. */
export function suspectedBy(pulses: Pulses, server: string): string[] {
  return [...pulses].filter(([, { suspects }]) => suspects.includes(server)).map(([router]) => router)
}

/** Whether clients get answers from a pod, as far as is known; of a server, through every router that was asked. */
export function serves(pulses: Pulses, { name }: Pod): boolean {
  return pulses.get(name)?.state !== 'silent' && suspectedBy(pulses, name).length === 0
}
