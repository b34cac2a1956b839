import { quote } from '../../text/quote.ts'

/** Names that read well after a dot; everything else goes into brackets. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

/** Where a value is, as a chain from the inside out: written down only where there is something to say about it. */
export interface Place {
  readonly within: Place | undefined
  /** Name of a member, or index in a list. */
  readonly key: string | number
}

export const SPEC: Place = { within: undefined, key: 'spec' }

/** As Kubernetes writes paths: spec.tolerations[0].key, metadata.labels["a/b"]. */
export function pathOf({ within, key }: Place): string {
  return within === undefined ? member('', key) : member(pathOf(within), key)
}

export function member(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!PLAIN.test(key)) return `${path}[${quote(key)}]`
  return path === '' ? key : `${path}.${key}`
}
