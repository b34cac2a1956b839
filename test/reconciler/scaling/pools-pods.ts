import { isDeepStrictEqual } from 'node:util'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { copyOfObject } from '../../../render/names.ts'
import { at } from '../../support/at.ts'
import { podWith } from '../pod.ts'
import { type Stored, statefulSetsIn } from './pools-objects.ts'

/** Those that StatefulSets have. @param unready names of those that are not Ready */
export function podsIn(objects: Iterable<Stored>, unready: ReadonlySet<string>): Pod[] {
  const servers = statefulSetsIn(objects).flatMap(({ pool, copy, name, replicas, port }) =>
    Array.from({ length: replicas }, (_, ordinal) =>
      podWith({ pool, copy, ordinal, port, name: `${name}-${ordinal}`, ip: `${name} ${ordinal}` }),
    ),
  )
  return servers.map((pod) => ({ ...pod, ready: !unready.has(pod.metadata.name) }))
}

/** @throws when pods of two copies of a pool are replaced at a time, of which each has something to lose */
export function checkRolls(
  written: string,
  objects: ReadonlyMap<string, Stored>,
  servers: readonly Pod[],
): void {
  const isReady = (name: string) =>
    servers.some(({ metadata, ready }) => ready && metadata.name.startsWith(`${name}-`))
  const rolls = statefulSetsIn(objects.values()).filter(
    ({ name, copy }) => copy !== undefined && isRolling(objects.get(`StatefulSet ${name}`)),
  )
  const [own] = rolls.filter(({ name }) => written === `StatefulSet ${name}`)
  const others = rolls.filter((one) => one.pool === own?.pool && one !== own && isReady(one.name))
  if (own !== undefined && isReady(own.name) && others.length > 0)
    throw new Error(`${own.name} rolls beside ${others.map(({ name }) => name)}`)
}

/** The StatefulSet of a copy, of which pods are to be others than before. */
export function rolling(before: Stored, stored: Stored): Stored {
  const isCopy = copyOfObject({ name: 'cache' }, stored.manifest) !== undefined
  const [was, is] = [before, stored].map(({ manifest }) => at(manifest, 'spec', 'template'))
  const isRolled = stored.manifest.kind !== 'StatefulSet' || !isCopy || isDeepStrictEqual(was, is)
  return isRolled && !isRolling(before) ? stored : withStatus(stored, ROLLING)
}

function isRolling(stored: Stored | undefined): boolean {
  return stored?.cached.status.updateRevision === ROLLING.updateRevision
}

/** All of its pods are of the newest template. */
export function settled(stored: Stored): Stored {
  return isRolling(stored) ? withStatus(stored, { updateRevision: ROLLING.currentRevision }) : stored
}

const ROLLING = { currentRevision: 'before', updateRevision: 'after' }

function withStatus({ cached, ...stored }: Stored, status: object): Stored {
  return { ...stored, cached: { ...cached, status: { ...cached.status, ...status } } }
}
