import { quote } from '../../../text/quote.ts'
import { type Field, valueAt } from '../../fields.ts'
import { type Amount, amountOf, isWhole, mebibytes } from '../../formats/quantity.ts'
import { isJsonObject, type JsonObject } from '../../json.ts'
import type { Resources } from '../../mcrouter.ts'
import { RESOURCE_NAMES, type ResourceName } from '../../pod.ts'
import { member } from '../path.ts'
import type { Violation } from '../violation.ts'
import { invalid, type PoolRule, type Rule, type Written } from './rule.ts'

export const routerResourcesRule: Rule = {
  reads: ['routers.resources'],
  violations: ({ routers }, written) => violationsOf(routers.resources, written, 'routers.resources'),
}

export const memcachedResourcesRule: PoolRule = {
  reads: ['pool.resources'],
  ofPool: ({ resources }, index, written) => violationsOf(resources, written, 'pool.resources', index),
}

const NOTHING: readonly Violation[] = []

/** Of what somebody wrote: the rest follows from it. */
function violationsOf(
  { requests, limits }: Resources,
  { spec, version }: Written,
  field: Field,
  pool?: number,
): readonly Violation[] {
  const written = valueAt(spec, version.keysOf(field, pool))
  if (!isJsonObject(written)) return NOTHING
  const path = version.fieldPath(field, pool)
  return RESOURCE_NAMES.flatMap((name) => {
    const request = wordsOf(written.requests, name) === undefined ? undefined : requests[name]
    const limit = wordsOf(written.limits, name) === undefined ? undefined : limits[name]
    const amounts = [
      ...sensible(request, written.requests, name, `${path}.requests`),
      ...sensible(limit, written.limits, name, `${path}.limits`),
    ]
    return amounts.length > 0 ? amounts : inOrder(request, limit, written, name, `${path}.requests`)
  })
}

/** A quantity as it was written, which may be a number. */
function wordsOf(amounts: unknown, name: ResourceName): unknown {
  return isJsonObject(amounts) ? amounts[name] : undefined
}

function sensible(
  quantity: string | undefined,
  written: unknown,
  name: ResourceName,
  path: string,
): readonly Violation[] {
  const amount = quantity === undefined ? undefined : amountOf(quantity)
  if (quantity === undefined || amount === undefined) return NOTHING
  const complaint = name === 'cpu' ? cpuComplaint(amount) : bytesComplaint(amount, quantity)
  if (complaint === undefined) return NOTHING
  return [invalid(member(path, name), `${quote(wordsOf(written, name))}: ${complaint}`)]
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
  request: string | undefined,
  limit: string | undefined,
  written: JsonObject,
  name: ResourceName,
  path: string,
): readonly Violation[] {
  if (request === undefined || limit === undefined) return NOTHING
  const [least, most] = [amountOf(request), amountOf(limit)]
  if (least === undefined || most === undefined || least <= most) return NOTHING
  const must = `must not be more than the limit, which is ${quote(wordsOf(written.limits, name))}`
  return [invalid(member(path, name), `${quote(wordsOf(written.requests, name))}: ${must}`)]
}
