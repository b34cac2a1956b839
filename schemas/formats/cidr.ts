import { BlockList, isIP } from 'node:net'

/** A range of addresses as NetworkPolicies have it: 10.0.0.0/8, 2001:db8::/32. */
interface Cidr {
  readonly address: string
  readonly family: 'ipv4' | 'ipv6'
  readonly bits: number
}

export function isCidr(text: string): boolean {
  return cidrOf(text) !== undefined
}

/** Whether one range lies in another and is smaller, as Kubernetes asks of exceptions; false for what is no range. */
export function isWithin(text: string, whole: string): boolean {
  const [inner, outer] = [cidrOf(text), cidrOf(whole)]
  if (inner === undefined || outer === undefined || inner.bits <= outer.bits) return false
  const list = new BlockList()
  list.addSubnet(outer.address, outer.bits, outer.family)
  return inner.family === outer.family && list.check(inner.address, inner.family)
}

function cidrOf(text: string): Cidr | undefined {
  const [address = '', bits = '', ...more] = text.split('/')
  const version = isIP(address)
  const isLength = /^(0|[1-9][0-9]{0,2})$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128)
  if (version === 0 || address.includes('%') || !isLength || more.length > 0) return undefined
  return { address, family: version === 4 ? 'ipv4' : 'ipv6', bits: Number(bits) }
}
