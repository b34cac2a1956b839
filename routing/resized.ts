import { handleName, keptKey, partOf, poolKey } from './pool.ts'
import type { Features } from './release.ts'
import { type Resize, type ResizePhase, serversDuring, serversKept } from './resize.ts'
import type { Route } from './route.ts'
import { type CompositeHandle, hashRoute, type Operation, type Policies, REFUSED } from './route-handle.ts'
import { readOrMiss } from './sharded.ts'

/** What has to be the same in both places; the reply is that of the place that is read. */
const MIRRORED = [
  ...(['set', 'replace', 'touch', 'delete', 'incr', 'decr', 'append', 'prepend', 'cas'] as const),
] satisfies readonly Operation[]

/**
 * Every key on the server that Ch3 chooses, of a pool whose size changes: a key that moves is written where it was and where it
 * will be, any other has one server as always.
 *
 * Ch3 over the larger size tells which is which: a key whose server there is in the smaller size as well has the same one there
 * (schemas/moved-share.ts). So the pool of the smaller size and the whole one are all that handles name, whatever moves.
 * mirror and flip may run side by side for any time, as may mirror and the pool as it was, flip and the pool as it will be
 * (docs/adr/0053-warm-resize.md).
 *
 * @param servers by ordinal, as many as the larger size
 */
export function resizedRoute(
  pool: string,
  resize: Resize,
  servers: readonly string[],
  features: Features,
): Route {
  const { answering, other } = placesOf(pool, resize)
  const byKey = (name: string, staying: string, moving: string) => chosen(pool, resize, name, staying, moving)
  const read = readOrMiss(pool, answering)
  const both = inBoth(pool, 'AllInitialRoute', 'both', [answering, other])
  const write = byKey('write', answering, both.name)
  const touch = features.getAndTouch ? byKey('read-and-touch', read.name, both.name) : undefined
  const add = resize.phase === 'flip' ? addRoute(pool, resize, { answering, other }) : undefined
  return {
    pools: { [keptKey(pool)]: partOf(poolKey(pool), servers.slice(0, serversKept(resize))) },
    handles: [read, both, write, touch, add?.both, add?.chosen].filter((one) => one !== undefined),
    selector: {
      type: 'OperationSelectorRoute',
      default_policy: answering,
      operation_policies: {
        ...by(read, ['get', 'gets']),
        ...by(touch, ['gat', 'gats']),
        ...by(write, MIRRORED),
        ...by(add?.chosen, ['add']),
        ...REFUSED,
      },
    },
  }
}

interface Places {
  /** Where keys are read. */
  readonly answering: string
  readonly other: string
}

function placesOf(pool: string, { from, to, phase }: Resize): Places {
  const [whole, kept] = [`PoolRoute|${poolKey(pool)}`, `PoolRoute|${keptKey(pool)}`]
  const byPhase: Readonly<Record<ResizePhase, number>> = { mirror: from, flip: to }
  return byPhase[phase] === serversDuring({ from, to })
    ? { answering: whole, other: kept }
    : { answering: kept, other: whole }
}

/**
 * An `add` is won where keys are read. After the flip the former place takes it as well, since routers that still mirror ask
 * there: who wins has to win both.
 */
function addRoute(pool: string, resize: Resize, { answering, other }: Places) {
  const both = inBoth(pool, 'AllSyncRoute', 'add-to-both', [answering, other])
  return { both, chosen: chosen(pool, resize, 'add-once', answering, both.name) }
}

function by(handle: CompositeHandle | undefined, operations: readonly Operation[]): Policies {
  return handle === undefined ? {} : Object.fromEntries(operations.map((one) => [one, handle.name]))
}

function inBoth(
  pool: string,
  type: 'AllInitialRoute' | 'AllSyncRoute',
  name: string,
  children: readonly string[],
): CompositeHandle {
  return { type, name: handleName(pool, name), children }
}

function chosen(
  pool: string,
  resize: Resize,
  name: string,
  staying: string,
  moving: string,
): CompositeHandle {
  const kept = serversKept(resize)
  const children = Array.from({ length: serversDuring(resize) }, (_, ordinal) =>
    ordinal < kept ? staying : moving,
  )
  return hashRoute(handleName(pool, name), children)
}
