import type { EpochMs } from '../../process/clock.ts'
import type { LastStatus } from '../observe/last-status.ts'
import type { Pod } from '../observe/pod.ts'
import type { Router, RouterState } from './confirm.ts'

/** Which routers run the published configuration, and since when all of them do. */
export interface Confirmation {
  readonly states: readonly RouterState[]
  /** Milliseconds since the epoch; undefined while one may not. */
  readonly since: EpochMs | undefined
}

/** The routers that get new clients. */
export function servingRouters(pods: readonly Pod[]): Router[] {
  return routersAmong(pods.filter(({ ready }) => ready))
}

/** The routers that may have clients: connections outlive readiness. */
export function runningRouters(pods: readonly Pod[]): Router[] {
  return routersAmong(pods.filter(({ ready, running }) => ready || running))
}

/**
 * The routers that are about to run a configuration of before `at`: kubelet mounts it, and
 * does not look again while it pulls an image. One that fails to start mounts it anew.
 */
export function startingRouters(pods: readonly Pod[], at: EpochMs): RouterState[] {
  return pods
    .filter((pod) => pod.component === 'mcrouter' && !pod.deleting && !pod.ready && !pod.running)
    .filter(({ trouble, turnedAt }) => trouble === undefined && turnedAt <= at)
    .map(({ metadata }) => ({ pod: metadata.name, runs: 'unknown', because: 'it still starts' }))
}

function routersAmong(pods: readonly Pod[]): Router[] {
  return pods
    .filter(({ component, deleting, ip }) => component === 'mcrouter' && !deleting && ip !== '')
    .map(({ metadata, ip, port, tls }) => ({ pod: metadata.name, host: ip, port, tls }))
}

/**
 * Since when the routers that are behind could have run what was published at `at`: it takes kubelet and them the same time
 * after they start. Milliseconds since the epoch.
 */
export function readableSince(
  at: EpochMs,
  { states }: Pick<Confirmation, 'states'>,
  pods: readonly Pod[],
): number {
  const behind = new Set(states.filter(({ runs }) => runs !== 'published').map(({ pod }) => pod))
  return Math.max(
    at,
    ...pods.filter(({ metadata }) => behind.has(metadata.name)).map(({ startedAt }) => startedAt),
  )
}

/** Names of routers that get no new clients but may still have old ones, on whatever configuration they had. */
export function leavingRouters(pods: readonly Pod[]): string[] {
  return pods
    .filter(({ component, deleting, running }) => component === 'mcrouter' && deleting && running)
    .map(({ metadata }) => metadata.name)
}

/**
 * Whether routers have to be asked again: another configuration was published, a router started or became Ready since
 * (an RFC 3339 time is exact to a second), or servers are about to be removed, which needs an answer of this moment.
 */
export function needsAsking(
  recorded: LastStatus | undefined,
  digest: string,
  pods: readonly Pod[],
  shrinking: boolean,
): boolean {
  if (shrinking || recorded?.since === undefined || recorded.digest !== digest) return true
  return changedSince(servingRouters(pods), pods, recorded.since)
}

/** The confirmation that follows from what routers answered at `now`. */
export function confirmed(
  states: readonly RouterState[],
  recorded: LastStatus | undefined,
  published: { readonly digest: string; readonly at: EpochMs },
  pods: readonly Pod[],
  now: EpochMs,
): Confirmation {
  if (states.length === 0) return { states, since: hasRunningRouter(pods) ? undefined : published.at }
  if (states.some(({ runs }) => runs !== 'published')) return { states, since: undefined }
  const before = recorded?.digest === published.digest ? recorded.since : undefined
  return { states, since: before === undefined || changedSince(states, pods, before) ? now : before }
}

/** Whether one of the routers may not have been asked at that time: it started, became Ready or stopped being it since. */
function changedSince(
  routers: readonly Pick<Router, 'pod'>[],
  pods: readonly Pod[],
  since: EpochMs,
): boolean {
  const names = new Set(routers.map(({ pod }) => pod))
  return pods.some((pod) => names.has(pod.metadata.name) && Math.max(pod.startedAt, pod.turnedAt) >= since)
}

/** One that runs and is not Ready may serve again in a moment. */
function hasRunningRouter(pods: readonly Pod[]): boolean {
  return pods.some((pod) => pod.component === 'mcrouter' && pod.running && !pod.deleting)
}
