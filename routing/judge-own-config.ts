import type { CheckConfig } from '../schemas/api-version.ts'
import type { JsonObject } from '../schemas/json.ts'
import { isExternal, serversIn } from '../schemas/layout.ts'
import type { Pool } from '../schemas/mcrouter.ts'
import { serialise } from './config.ts'
import { checkConfig } from './language/check-config.ts'
import type { OperatedPool } from './language/pool-table.ts'
import { copyKey } from './pool.ts'

/**
 * Bytes of a configuration without the operator's pools, as it is printed: with indentation a deep one is many times as long as in
 * a spec. Those pools take 600 kB at most once all are in use (test/routing/size.test.ts), and a ConfigMap holds 1 MiB.
 */
export const LONGEST_OWN = 200_000

type Settings = Parameters<CheckConfig>[1]
type Verdict = ReturnType<CheckConfig>

/** Violations are asked for, and then warnings about the same: the largest takes 40 ms to judge. */
const JUDGED = new WeakMap<JsonObject, Pick<Settings, 'pools' | 'routers'> & { readonly verdict: Verdict }>()

/** Judges mcrouter's own JSON in a spec, for what the operator will make of it. */
export const judgeOwnConfig: CheckConfig = (config, { pools, routers }) => {
  const known = JUDGED.get(config)
  if (known?.pools === pools && known.routers === routers) return known.verdict
  const verdict = judged(config, { pools, routers })
  JUDGED.set(config, { pools, routers, verdict })
  return verdict
}

function judged(config: JsonObject, { pools, routers }: Settings): Verdict {
  const verdict = checkConfig(config, { release: routers.release, pools: pools.flatMap(operatedPools) })
  if (!verdict.accepted) return { violations: verdict.violations, warnings: [] }
  const bytes = Buffer.byteLength(serialise(config))
  if (bytes <= LONGEST_OWN) return { violations: [], warnings: verdict.warnings }
  const message = `Invalid value: ${bytes} bytes as routers get it: must have at most ${LONGEST_OWN}; name what repeats in named_handles, and nest less`
  return { violations: [{ path: 'spec.config', reason: 'FieldValueInvalid', message }], warnings: [] }
}

/** A pool, and each copy of it by the name that it has in every configuration. */
function operatedPools(pool: Pool): OperatedPool[] {
  const { name, shards, copies } = pool
  const parts = isExternal(pool) || copies === 1 ? 0 : copies
  return [
    { name, servers: serversIn(pool) },
    ...Array.from({ length: parts }, (_, copy) => ({
      name: copyKey(name, copy),
      servers: shards,
      copyOf: name,
    })),
  ]
}
