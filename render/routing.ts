import { configFor } from '../routing/config.ts'
import type { McrouterConfig } from '../routing/mcrouter-config.ts'
import { ownConfig } from '../routing/own-config.ts'
import type { Circumstances } from '../routing/pool-route.ts'
import { featuresOf } from '../routing/release.ts'
import { externalNames, secured, serverNames } from '../routing/servers.ts'
import type { JsonObject } from '../schemas/json.ts'
import { isExternal, isZoned, serversIn } from '../schemas/layout.ts'
import type { Mcrouter, Pool } from '../schemas/mcrouter.ts'
import type { RenderSettings, ScaleStep } from './rendering.ts'

/** What the routers of a Mcrouter are told to do with requests. */
export function routingOf(mcrouter: Mcrouter, settings: RenderSettings): McrouterConfig | JsonObject {
  const { features = featuresOf(mcrouter.routers.release) } = settings
  const { pools } = mcrouter
  const servers = pools.map((pool) => routedServers(mcrouter, pool, settings))
  const steps = pools.map((pool) => [pool.name, stepOf(pool, settings)] as const)
  const circumstances: Circumstances = {
    features,
    // Of the pools only the first is read past misses after it has grown.
    filling: stepOf(pools[0], settings).filling === true,
    fillingFrom: stepOf(pools[0], settings).fillingFrom,
    copies: given(steps, ({ copies }) => copies),
    zoned: given(steps, ({ zoned }) => zoned),
    resizes: given(steps, ({ resize }) => resize),
  }
  const { config } = mcrouter
  if (config === undefined) return configFor(mcrouter, servers, circumstances)
  // At no step of a scale: as many as the spec says.
  const all = pools.map((pool) =>
    isExternal(pool) ? externalNames(pool) : ownServers(mcrouter, pool, serversIn(pool), settings),
  )
  const both = servers.map((routed, index) => ({ routed, all: all[index] ?? [] }))
  return ownConfig(mcrouter, config, both, circumstances)
}

/** By pool, what some steps of scales say. */
function given<T>(
  steps: readonly (readonly [string, ScaleStep])[],
  said: (step: ScaleStep) => T | undefined,
): ReadonlyMap<string, T> {
  return new Map(
    steps.flatMap(([pool, step]) => {
      const value = said(step)
      return value === undefined ? [] : [[pool, value] as const]
    }),
  )
}

/** The servers of a pool that routers use, by ordinal. */
export function routedServers(mcrouter: Mcrouter, pool: Pool, settings: RenderSettings): string[] {
  if (isExternal(pool)) return externalNames(pool)
  const { routed, external } = stepOf(pool, settings)
  if (external !== undefined) return externalNames({ external })
  return ownServers(mcrouter, pool, routed, settings)
}

function ownServers(mcrouter: Mcrouter, pool: Pool, count: number, settings: RenderSettings): string[] {
  const { zoned = isZoned(pool), copies = pool.copies, reach } = stepOf(pool, settings)
  const { port, tls } = reach ?? { port: pool.port, tls: pool.tls !== undefined }
  const inZones = zoned ? Math.min(copies, count) : 0
  const names = serverNames(mcrouter, { ...pool, port }, count, settings.clusterDomain, inZones)
  return tls ? names.map(secured) : names
}

/** The step at which a pool is; at none, it is as its spec says. */
export function stepOf(pool: Pool, { steps }: RenderSettings): ScaleStep {
  const servers = serversIn(pool)
  return steps?.get(pool.name) ?? { servers, routed: servers }
}
