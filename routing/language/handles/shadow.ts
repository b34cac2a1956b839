import type { RouteHandleTypes } from '../route-handle-type.ts'
import { shadowsRule } from '../rules/shadows.ts'
import { HANDLE, HANDLES, NOT_NEGATIVE, type Option, required, TEXT, words } from '../value-type.ts'

/** routes/ShadowSettings.cpp:31-85, routes/ShadowRoute-inl.h:72-111. What is wrong in one, mcrouter only logs, and drops it. */
export const SHADOWS: Option = {
  type: {
    kind: 'list',
    of: {
      kind: 'members',
      options: {
        target: required(HANDLE),
        index_range: { type: { kind: 'list', of: NOT_NEGATIVE, length: 2 } },
        key_fraction_range: { type: { kind: 'list', of: { kind: 'number', least: 0, most: 1 }, length: 2 } },
        keys_to_shadow: { type: { kind: 'list', of: TEXT, unique: true } },
        requests_fraction: { type: { kind: 'fraction' } },
        key_fraction_range_rv: {
          type: TEXT,
          withheld: 'it names a runtime variable, and routers run without --runtime-vars-file',
        },
      },
    },
  },
}

export const SHADOW: RouteHandleTypes = {
  ShadowRoute: {
    source: 'routes/ShadowRoute-inl.h:72-147',
    options: {
      children: required(HANDLES),
      shadows: { ...SHADOWS, required: true },
      shadow_policy: { type: words('default'), default: 'default' },
    },
    yields: 'children',
    rules: [shadowsRule],
  },
}
