import { apiVersion } from '../api-version.ts'
import { VALIDATORS } from '../generated/validators.ts'
import { DEFAULT_IMAGES } from '../images.ts'
import { counting } from '../layout.ts'
import { column, STATUS_COLUMNS } from '../status/columns.ts'
import { mcrouterStatus } from '../status/status.ts'
import { celRules } from './cel.ts'
import { replicasOf } from './counts.ts'
import { fieldPath, keysOf } from './fields.ts'
import { fromHub, writtenItemSize, writtenMemory } from './from-hub.ts'
import { normalise } from './normalise.ts'
import { isInStep, settled, withImpliedShards, withoutReplicas } from './replicas.ts'
import {
  saysNumber,
  withImpliedReplicas,
  withoutFormerReplicas,
  withoutOverruledNumber,
} from './router-number.ts'
import { McrouterSpec, VERSION } from './spec.ts'
import { toHub } from './to-hub.ts'
import { WrittenSpec } from './written.ts'

export const V1BETA1 = apiVersion<McrouterSpec>({
  name: VERSION,
  served: true,
  storage: true,
  schema: McrouterSpec,
  defaultImages: DEFAULT_IMAGES,
  writtenSchema: WrittenSpec,
  statusSchema: mcrouterStatus(fieldPath),
  aliases: {},
  celRules,
  scaled: ['memcached', 'replicas'],
  columns: [
    column('Shards', '.spec.memcached.shards', 'Parts into which the keys are divided'),
    column('Copies', '.spec.memcached.copies', 'Servers that each part is on'),
    ...STATUS_COLUMNS,
    column('Router image', '.spec.router.image', 'Image of the routers', { priority: 1 }),
    column('Memcached image', '.spec.memcached.image', 'Image of the servers', { priority: 1 }),
  ],
  keysOf,
  fieldPath,
  format: (field, value) => {
    if (field === 'pool.memoryMb') return writtenMemory(Number(value))
    if (field === 'pool.topology') return replicasOf(value === counting('copies') ? 'copies' : 'shards')
    return field === 'pool.maxItemSize' ? writtenItemSize(`${value}`) : value
  },
  withoutFormerDefaults: (spec) => ({ spec, warnings: [] }),
  normalise: (spec, writing) => normalise(withoutFormerReplicas(spec, writing), writing),
  implied: (spec) => withImpliedReplicas(withImpliedShards(spec)),
  settled: (spec) => withoutOverruledNumber(settled(spec)),
  kept: withoutReplicas,
  isNormalised: (spec) => isInStep(spec) && saysNumber(spec.router),
  asksConsent: true,
  limitsLength: true,
  validators: VALIDATORS.v1beta1,
  toHub,
  fromHub,
})
