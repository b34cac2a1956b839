import { isJsonObject } from '../../../schemas/json.ts'
import { quote } from '../../../text/quote.ts'
import { unknownTo } from '../release-span.ts'
import type { Rule, Written } from '../route-handle-type.ts'
import { type Options, POSITIVE, required, TAGS } from '../value-type.ts'
import { judgeLength } from './hash.ts'

/**
 * Policies by type (routes/FailoverRoute-inl.h:179-262, routes/FailoverPolicy.h). mcrouter takes any other for the order of the
 * children, and ignores its options.
 */
export const POLICIES: Readonly<
  Record<string, { readonly since?: '41' | 'current'; readonly options: Options }>
> = {
  LeastFailuresPolicy: { options: { max_tries: required(POSITIVE) } },
  DeterministicOrderPolicy: {
    since: '41',
    options: { max_tries: required(POSITIVE), max_error_tries: required(POSITIVE) },
  },
  RendezvousPolicy: { since: 'current', options: { tags: required(TAGS) } },
}

/** A failover to fewer than two, or twice to the same, is none; for a pool it depends on its size. */
export function failoverRule(handle: Written): void {
  const children = handle.led('children')
  if (children === undefined) return
  const [only] = children.routes
  if (children.routes.length === 1 && only?.type !== 'Pool') {
    const message =
      'Invalid value: one child: a failover needs one more to go to; put that child in its place'
    handle.complain(['children'], 'FieldValueInvalid', message)
  }
  const { children: list } = handle.options
  if (!Array.isArray(list)) return
  const seen = new Set<unknown>()
  for (const [index, child] of list.entries()) {
    if (typeof child !== 'string' || seen.size < seen.add(child).size) continue
    const message = `Duplicate value: ${quote(child)}: what has failed would be tried again`
    handle.complain(['children', index], 'FieldValueDuplicate', message)
  }
}

export function leasePairingRule({ options, complain }: Written): void {
  if (options.enable_lease_pairing !== true || options.name !== undefined) return
  complain(['name'], 'FieldValueRequired', 'Required value: enable_lease_pairing needs a name')
}

/** @param before handles before those that the option leads to */
export function policyRule(option: 'children' | 'failover' | 'pool', before = 0): Rule {
  return (handle) => {
    const led = option === 'pool' ? handle.pool?.size : handle.led(option)?.count
    judgePolicy(handle, led === undefined ? undefined : led + before)
  }
}

/** @param count of the handles that the policy orders */
function judgePolicy(handle: Written, count: number | undefined): void {
  const { failover_policy: policy } = handle.options
  if (!isJsonObject(policy) || typeof policy.type !== 'string') return
  const known = Object.hasOwn(POLICIES, policy.type) ? POLICIES[policy.type] : undefined
  if (known === undefined) return
  const unknown = unknownTo(handle.release, known.since === undefined ? {} : { since: known.since })
  if (unknown !== undefined) return
  for (const name of Object.keys(known.options)) {
    if (policy[name] !== undefined) continue
    const message = `Required value: ${policy.type} needs ${name}`
    handle.complain(['failover_policy', name], 'FieldValueRequired', message)
  }
  for (const name of Object.keys(policy)) {
    if (name === 'type' || Object.hasOwn(known.options, name)) continue
    const message = `Forbidden: ${policy.type} has no option ${quote(name)}`
    handle.complain(['failover_policy', name], 'FieldValueForbidden', message)
  }
  judgeTries(handle, policy.max_tries, policy.max_error_tries, count)
  judgeLength(handle, policy.tags, count === undefined ? undefined : count - 1, ['failover_policy', 'tags'])
}

/** Release 41 refuses what later ones cut down to the number of children (routes/FailoverPolicy.h:123-141). */
function judgeTries(handle: Written, tries: unknown, errorTries: unknown, count: number | undefined): void {
  if (typeof tries !== 'number') return
  if (count !== undefined && tries > count) {
    const message = `Invalid value: ${tries}: must be at most ${count}, the number of children`
    handle.complain(['failover_policy', 'max_tries'], 'FieldValueInvalid', message)
  }
  if (typeof errorTries === 'number' && errorTries > tries) {
    const message = `Invalid value: ${errorTries}: must be at most max_tries, which is ${tries}`
    handle.complain(['failover_policy', 'max_error_tries'], 'FieldValueInvalid', message)
  }
}
