import { reasonOf } from './system-error.ts'

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'it is in use by another process; stop that one or choose another port with --listen',
  EACCES: 'ports below 1024 are for root; choose another with --listen',
  EADDRNOTAVAIL: 'the machine has no such address; choose another with --listen',
  ENOTFOUND: 'the host name is not known; use an address with --listen',
}

/** Why it is not possible to listen on an address, and what to do. */
export function whyNotListening(error: unknown): string {
  return reasonOf(error, REASONS)
}

/** As in --listen. `host` undefined: every address. */
export function addressText(host: string | undefined, port: number): string {
  return `${host?.includes(':') ? `[${host}]` : (host ?? '')}:${port}`
}
