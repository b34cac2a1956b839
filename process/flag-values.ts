import { isIP } from 'node:net'
import { isClusterDomain, isDnsLabel, isSubdomain } from '../text/label.ts'
import { quote } from '../text/quote.ts'
import { FlagsError } from './flags.ts'

// What several commands take as the value of a flag. All throw a FlagsError for a value that cannot be.

/** An address to listen on: `[HOST]:PORT`. `host` undefined: every address. */
export function addressOf(listen: string): { readonly host: string | undefined; readonly port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]*)):(\d{1,5})$/.exec(listen) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) {
    throw new FlagsError(`--listen=${listen} is not [HOST]:PORT, such as :8443, 127.0.0.1:8443 or [::1]:8443`)
  }
  return { host: bracketed || plain || undefined, port }
}

/** A DNS name or an IP address, as a certificate may be for. */
export function hostOf(flag: string, host: string): string {
  if (isIP(host) !== 0 || isSubdomain(host)) return host
  throw new FlagsError(`--${flag}=${host} is neither a DNS name in lower case nor an IP address`)
}

export function clusterDomainOf(domain: string): string {
  if (isClusterDomain(domain)) return domain
  throw new FlagsError(`--cluster-domain=${domain} is not a DNS domain in lower case, such as cluster.local`)
}

export function namespaceOf(flag: string, name: string): string {
  if (isDnsLabel(name)) return name
  throw new FlagsError(`--${flag}: ${quote(name)} is not the name of a namespace`)
}

export function numberOf(flag: string, value: string, least: number, most: number): number {
  const number = Number(value)
  if (/^\d+$/.test(value) && number >= least && number <= most) return number
  throw new FlagsError(`--${flag}=${value} is not a whole number from ${least} to ${most}`)
}

export function oneOf<T extends string>(flag: string, choices: readonly T[], value: string): T {
  const choice = choices.find((candidate) => candidate === value)
  if (choice === undefined) throw new FlagsError(`--${flag}=${value} is not one of ${choices.join(', ')}`)
  return choice
}
