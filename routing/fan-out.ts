import { handleName } from './pool.ts'
import { type CompositeHandle, hashRoute } from './route-handle.ts'

/** Up to so many servers, each has the list of all the others, whose text grows with their square. */
const LISTED = 24
/** Above, each lists the servers of its group and names the rest, so that the text stays below a ConfigMap's 1 MiB. */
const GROUP = 8

/**
 * Handles that send a request to every copy, the key's home first; the last of them is called `write`.
 *
 * AllSyncRoute sends to its first child at once and to the others one turn of the proxy thread later. Were the home, which
 * reads ask, among the others, then of a `set` and a `get` in one segment the `get` would be answered first.
 *
 * @param homes what sends it to each copy, by hash index
 * @param salt of the hash that chooses the home
 */
export function fanOut(pool: string, homes: readonly string[], salt?: string): CompositeHandle[] {
  const named = (name: string) => handleName(pool, name)
  const { handles, others } = apart(homes, homes.length > LISTED ? GROUP : LISTED, 1, named)
  const lists = homes.map((home, index) => all(named(`write-${index}`), [home, ...(others[index] ?? [])]))
  return [...handles, ...lists, hashRoute(named('write'), nameEach(lists), salt)]
}

interface Apart {
  /** Handles that the others refer to. */
  readonly handles: readonly CompositeHandle[]
  /** For each node, what reaches all nodes but it. */
  readonly others: readonly (readonly string[])[]
}

/** For each node its neighbours in its group and, where there are more groups, one handle for all of the others. */
function apart(
  nodes: readonly string[],
  size: number,
  level: number,
  named: (name: string) => string,
): Apart {
  const groups = divided(nodes, size)
  if (groups.length === 1) return { handles: [], others: neighbours(nodes) }
  const whole = groups.map((group, index) => all(named(`group-${level}-${index}`), group))
  const above = apart(nameEach(whole), size, level + 1, named)
  const beyond = above.others.map((others, index) => all(named(`beyond-${level}-${index}`), others))
  return {
    handles: [...whole, ...above.handles, ...beyond],
    others: groups.flatMap((group, index) =>
      neighbours(group).map((others) => [...others, named(`beyond-${level}-${index}`)]),
    ),
  }
}

/** For each node those after it, then those before it. */
function neighbours(nodes: readonly string[]): string[][] {
  return nodes.map((_, index) => [...nodes.slice(index + 1), ...nodes.slice(0, index)])
}

function divided(nodes: readonly string[], size: number): string[][] {
  const count = Math.ceil(nodes.length / size)
  return Array.from({ length: count }, (_, index) => nodes.slice(index * size, (index + 1) * size))
}

function all(name: string, children: readonly string[]): CompositeHandle {
  return { type: 'AllSyncRoute', name, children }
}

function nameEach(handles: readonly CompositeHandle[]): string[] {
  return handles.map(({ name }) => name)
}
