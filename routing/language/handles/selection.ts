import { GROUPS, OPERATIONS } from '../operations.ts'
import type { RouteHandleTypes } from '../route-handle-type.ts'
import { groupsRule, policiesRule } from '../rules/policies.ts'
import { HANDLE, type Options } from '../value-type.ts'

const POLICIES: Options = {
  default_policy: { type: HANDLE },
  operation_policies: { type: { kind: 'map', of: HANDLE, keys: OPERATIONS } },
}

/** Those that choose by operation. */
export const SELECTION: RouteHandleTypes = {
  OperationSelectorRoute: {
    source: 'routes/OperationSelectorRoute-inl.h:41-90',
    options: POLICIES,
    rules: [policiesRule],
  },
  PrefixPolicyRoute: {
    // An older name of the same.
    source: 'routes/McRouteHandleProvider.cpp:247-335',
    options: POLICIES,
    rules: [policiesRule],
  },
  RoutingGroupRoute: {
    source: 'routes/RoutingGroupRoute-inl.h:46-77',
    since: 'current',
    options: {
      default_policy: { type: HANDLE },
      routing_group_policies: {
        type: {
          kind: 'map',
          of: HANDLE,
          keys: Object.fromEntries(Object.keys(GROUPS).map((group) => [group, {}])),
        },
      },
    },
    rules: [groupsRule],
  },
}
