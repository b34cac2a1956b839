import { isIP } from 'node:net'
import { isSubdomain } from '../../text/label.ts'

/** Whether it is an IP address, or a DNS name as mcrouter looks it up: a final dot says that it is absolute. */
export function isHost(text: string): boolean {
  if (isIP(text) !== 0) return true
  const name = text.endsWith('.') ? text.slice(0, -1) : text
  // The last part of a name has a letter: 10.0.0.300 is neither.
  return isSubdomain(name.toLowerCase()) && /[a-z]/i.test(name.split('.').at(-1) ?? '')
}
