import { quote } from '../../../text/quote.ts'
import { type Amount, amountOf, isWhole, mebibytes } from '../../formats/quantity.ts'
import { RESOURCE_NAMES, type ResourceName, type ResourcesSpec } from '../../pod.ts'
import { member } from '../path.ts'
import type { Violation } from '../violation.ts'
import { invalid, type Rule } from './rule.ts'

export const routerResourcesRule: Rule = {
  reads: ['mcrouter_resources'],
  violations: ({ mcrouter_resources: given }) => check(given, 'spec.mcrouter_resources'),
}

export const memcachedResourcesRule: Rule = {
  reads: ['memcached_resources'],
  violations: ({ memcached_resources: given }) => check(given, 'spec.memcached_resources'),
}

function check(given: ResourcesSpec | undefined, path: string): Violation[] {
  if (given === undefined) return []
  return RESOURCE_NAMES.flatMap((name) => {
    const request = given.requests?.[name]
    const limit = given.limits?.[name]
    const amounts = [
      ...sensible(request, name, `${path}.requests`),
      ...sensible(limit, name, `${path}.limits`),
    ]
    return amounts.length > 0 ? amounts : inOrder(request, limit, name, `${path}.requests`)
  })
}

function sensible(quantity: number | string | undefined, name: ResourceName, path: string): Violation[] {
  const amount = quantity === undefined ? undefined : amountOf(quantity)
  if (amount === undefined) return []
  const complaint = name === 'cpu' ? cpuComplaint(amount) : bytesComplaint(amount, quantity)
  return complaint === undefined ? [] : [invalid(member(path, name), `${quote(quantity)}: ${complaint}`)]
}

function cpuComplaint(amount: Amount): string | undefined {
  return amount > 0n && isWhole(amount, 'thousandths') ? undefined : 'must be at least 1m, in steps of 1m'
}

function bytesComplaint(amount: Amount, quantity: number | string | undefined): string | undefined {
  if (amount >= mebibytes(1) && isWhole(amount, 'units')) return undefined
  const unit = /^[0-9.]+[mM]?$/.test(`${quantity}`)
    ? `; did you mean ${Number.parseFloat(`${quantity}`)}Mi?`
    : ''
  return `must be at least 1Mi, in whole bytes${unit}`
}

function inOrder(
  request: number | string | undefined,
  limit: number | string | undefined,
  name: ResourceName,
  path: string,
): Violation[] {
  if (request === undefined || limit === undefined) return []
  const [least, most] = [amountOf(request), amountOf(limit)]
  if (least === undefined || most === undefined || least <= most) return []
  return [
    invalid(
      member(path, name),
      `${quote(request)}: must not be more than the limit, which is ${quote(limit)}`,
    ),
  ]
}
