import { quote } from './quote.ts'

/** Names that read well after a dot; everything else goes into brackets. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

/** The path of a member of an object or list, as Kubernetes writes it: spec.tolerations[0].key, spec.node_selector["a/b"]. */
export function member(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!PLAIN.test(key)) return `${path}[${quote(key)}]`
  return path === '' ? key : `${path}.${key}`
}
