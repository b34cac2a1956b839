import { type ClientOperation, OPERATIONS } from '../routing/explain/request.ts'
import { isLabelValue } from '../text/label.ts'

export { OPERATIONS }

/** What somebody wants to know of Mcrouters: where a request goes. */
export interface Question {
  readonly operation: ClientOperation
  readonly key: string
  /** Of the router that is asked; by default the first of a Mcrouter that has zones. */
  readonly zone?: string
}

/** What memcached and mcrouter take, in bytes. */
const LONGEST_KEY = 250

/** Why a text is no zone that a node could be in; undefined when it is one. */
export function zoneComplaint(zone: string): string | undefined {
  return zone !== '' && isLabelValue(zone)
    ? undefined
    : 'must be the value of a label topology.kubernetes.io/zone: up to 63 letters, digits, "-", "_" and "."'
}

/** Why a text is no key that a client could ask for; undefined when it is one. */
export function keyComplaint(key: string): string | undefined {
  const bytes = Buffer.byteLength(key)
  if (bytes === 0) return 'must not be empty'
  if (bytes > LONGEST_KEY) return `must have at most ${LONGEST_KEY} bytes, has ${bytes}`
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that end a key in the protocol.
  return /[\u0000-\u0020\u007f]/.test(key) ? 'must have no spaces or control characters' : undefined
}
