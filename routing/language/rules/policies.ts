import { isJsonObject } from '../../../schemas/json.ts'
import { GROUPS, routedOperations } from '../operations.ts'
import type { Written } from '../route-handle-type.ts'

/** To an operation without one mcrouter answers `unexpected result mc_res_unknown` (routes/OperationSelectorRoute.h:73). */
export function policiesRule(handle: Written): void {
  const { operation_policies: policies } = handle.options
  complete(handle, isJsonObject(policies) ? Object.keys(policies) : [])
}

export function groupsRule(handle: Written): void {
  const { routing_group_policies: groups } = handle.options
  const named = isJsonObject(groups) ? Object.keys(groups) : []
  complete(
    handle,
    named.flatMap((group) => GROUPS[group] ?? []),
  )
}

function complete({ options, release, complain }: Written, having: readonly string[]): void {
  if (options.default_policy !== undefined) return
  const without = routedOperations(release).filter((operation) => !having.includes(operation))
  if (without.length === 0) return
  const message = `Required value: without it these have no policy, and answer an error: ${without.join(', ')}`
  complain(['default_policy'], 'FieldValueRequired', message)
}
