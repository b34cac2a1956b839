import type { Clock } from '../../process/clock.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import type { Dial } from './dial.ts'
import { type Address, type Caller, refusedLast, runningDigest, runningVersion } from './router-client.ts'

/** Where a pod answers as mcrouter. */
export interface Router extends Address {
  readonly pod: string
}

/** Which configuration a router was found to run. */
export type RouterState =
  /** `version`: what it says that it is, where it says so. */
  | { readonly pod: string; readonly runs: 'published'; readonly version?: string }
  /** Another one, which it loaded before; `refused` when it tried the published one and could not use it. */
  | { readonly pod: string; readonly runs: 'old' | 'refused' }
  /** Nobody knows: it did not answer. */
  | { readonly pod: string; readonly runs: 'unknown'; readonly because: string }

/** Asks routers which configuration they run. */
export type AskRouters = (routers: readonly Router[], digest: string) => Promise<readonly RouterState[]>

/** A router answers in a millisecond or two; longer than this a reconcile does not wait for one. */
export const ANSWER_TIMEOUT_MS = 1000

/** Connections at the same time for one Mcrouter, which has a hundred routers at most, or one on each node. */
const AT_ONCE = 20

/** After so many milliseconds no other router is asked: a pass has a minute, in which they may be asked twice. */
const ALL_TIMEOUT_MS = 10_000

/** How the routers of a Mcrouter are asked, if at all: one that wants a certificate of everybody is not, since the operator has none. */
export function askFor(confirm: AskRouters | undefined, { routers }: Mcrouter): AskRouters | undefined {
  const { clientTls } = routers
  return clientTls?.plain === false && clientTls.requireClientCertificate ? undefined : confirm
}

/** Asks them over the network. Those that are not reached in time for all of them are unknown. */
export function confirmOver(dial: Dial, clock: Clock, timeoutMs = ANSWER_TIMEOUT_MS): AskRouters {
  const caller: Caller = { dial, clock, timeoutMs }
  return async (routers, digest) => {
    const until = clock.monotonic() + ALL_TIMEOUT_MS
    const states = routers.map(unasked)
    const waiting = routers.entries()
    const askOn = async () => {
      for (const [index, router] of waiting) {
        if (clock.monotonic() >= until) return
        states[index] = await ask(caller, router, digest)
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, askOn))
    return states
  }
}

function unasked({ pod }: Router): RouterState {
  return { pod, runs: 'unknown', because: `it was not asked: others did not answer for ${ALL_TIMEOUT_MS} ms` }
}

async function ask(caller: Caller, router: Router, digest: string): Promise<RouterState> {
  const { pod } = router
  try {
    if ((await runningDigest(caller, router)) === digest) {
      // It has confirmed the configuration, whether or not it tells its version.
      const version = await runningVersion(caller, router).catch(() => '')
      return { pod, runs: 'published', ...(version !== '' && { version }) }
    }
    return { pod, runs: (await refusedLast(caller, router)) ? 'refused' : 'old' }
  } catch (error) {
    return { pod, runs: 'unknown', because: error instanceof Error ? error.message : String(error) }
  }
}
