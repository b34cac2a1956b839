import { apiVersion } from '../api-version.ts'
import { VALIDATORS } from '../generated/validators.ts'
import { column, STATUS_COLUMNS } from '../status/columns.ts'
import { mcrouterStatus } from '../status/status.ts'
import { ALIASES, WrittenSpec } from './aliases.ts'
import { celRules } from './cel.ts'
import { fieldPath, keysOf } from './fields.ts'
import { withoutFormerDefault } from './former-default.ts'
import { fromHub } from './from-hub.ts'
import { normalise } from './normalise.ts'
import { McrouterSpec, VERSION } from './spec.ts'
import { toHub } from './to-hub.ts'

export const V1ALPHA3 = apiVersion<McrouterSpec>({
  name: VERSION,
  served: true,
  storage: false,
  schema: McrouterSpec,
  defaultImages: undefined,
  writtenSchema: WrittenSpec,
  statusSchema: mcrouterStatus(fieldPath),
  aliases: ALIASES,
  celRules,
  scaled: ['memcached_pool_size'],
  columns: [
    column('Setup', '.spec.pool_setup', 'replicated or sharded'),
    ...STATUS_COLUMNS,
    column('Router image', '.spec.mcrouter_image', 'Image of the routers', { priority: 1 }),
    column('Memcached image', '.spec.memcached_image', 'Image of the servers', { priority: 1 }),
  ],
  keysOf,
  fieldPath,
  format: (_field, value) => value,
  withoutFormerDefaults: withoutFormerDefault,
  normalise,
  implied: (spec) => spec,
  settled: (spec) => spec,
  kept: (spec) => spec,
  // What is complete has no second spelling in it.
  isNormalised: () => true,
  // Its users have never been asked.
  asksConsent: false,
  // It has stored specs of any length.
  limitsLength: false,
  validators: VALIDATORS.v1alpha3,
  toHub,
  fromHub,
})
