import { quote } from '../../../text/quote.ts'
import { type Field, valueAt } from '../../fields.ts'
import { type Amount, amountOf, isWhole, mebibytes } from '../../formats/quantity.ts'
import { isJsonObject } from '../../json.ts'
import type { Resources } from '../../mcrouter.ts'
import { RESOURCE_NAMES, type ResourceName } from '../../pod.ts'
import { member } from '../path.ts'
import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule, type Written } from './rule.ts'

export const routerResourcesRule: Rule = {
  reads: ['routers.resources'],
  violations: ({ routers }, written) => check(routers.resources, written, 'routers.resources'),
}

export const memcachedResourcesRule: PoolRule = {
  reads: ['pool.resources'],
  ofPool: ({ resources }, index, written) => check(resources, written, 'pool.resources', index),
}

const NOTHING: readonly Violation[] = []

/** What somebody wrote: the rest follows from it. */
interface Quantity {
  readonly written: unknown
  readonly text: string
}

function check(
  { requests, limits }: Resources,
  { spec, version }: Written,
  field: Field,
  pool?: number,
): readonly Violation[] {
  const written = valueAt(spec, version.keysOf(field, pool))
  if (!isJsonObject(written)) return NOTHING
  const path = version.fieldPath(field, pool)
  return RESOURCE_NAMES.flatMap((name) => {
    const request = quantityIn(requests, written.requests, name)
    const limit = quantityIn(limits, written.limits, name)
    const amounts = [
      ...sensible(request, name, `${path}.requests`),
      ...sensible(limit, name, `${path}.limits`),
    ]
    return amounts.length > 0 ? amounts : inOrder(request, limit, name, `${path}.requests`)
  })
}

function quantityIn(amounts: Resources['limits'], given: unknown, name: ResourceName): Quantity | undefined {
  const text = amounts[name]
  const written = isJsonObject(given) ? given[name] : undefined
  return text === undefined || written === undefined ? undefined : { written, text }
}

function sensible(quantity: Quantity | undefined, name: ResourceName, path: string): Violation[] {
  if (quantity === undefined) return []
  const { text, written } = quantity
  const amount = amountOf(text)
  if (amount === undefined) return []
  const complaint = name === 'cpu' ? cpuComplaint(amount) : bytesComplaint(amount, text)
  return complaint === undefined ? [] : [invalid(member(path, name), `${quote(written)}: ${complaint}`)]
}

function cpuComplaint(amount: Amount): string | undefined {
  return amount > 0n && isWhole(amount, 'thousandths') ? undefined : 'must be at least 1m, in steps of 1m'
}

function bytesComplaint(amount: Amount, text: string): string | undefined {
  if (amount >= mebibytes(1) && isWhole(amount, 'units')) return undefined
  const unit = /^[0-9.]+[mM]?$/.test(text) ? `; did you mean ${Number.parseFloat(text)}Mi?` : ''
  return `must be at least 1Mi, in whole bytes${unit}`
}

function inOrder(
  request: Quantity | undefined,
  limit: Quantity | undefined,
  name: ResourceName,
  path: string,
): Violation[] {
  if (request === undefined || limit === undefined) return []
  const [least, most] = [amountOf(request.text), amountOf(limit.text)]
  if (least === undefined || most === undefined || least <= most) return []
  const must = `must not be more than the limit, which is ${quote(limit.written)}`
  return [invalid(member(path, name), `${quote(request.written)}: ${must}`)]
}
