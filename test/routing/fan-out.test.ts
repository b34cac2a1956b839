import t from 'tap'
import { fanOut } from '../../routing/fan-out.ts'
import type { CompositeHandle } from '../../routing/route-handle.ts'

const SIZES = [1, 2, 3, 5, 8, 9, 23, 24, 25, 33, 64, 65, 100, 513, 1000]

t.test('a write goes to every server once, and to the home of its key first', async (t) => {
  for (const size of SIZES) {
    const { homes, handles, lists } = written(size)
    t.equal(lists.length, size, 'as many lists as servers: the same hash chooses the same home')
    for (const [index, list] of lists.entries()) {
      const [first, ...others] = handles.get(list)?.children ?? []
      const reached = [first ?? '', ...others.flatMap((name) => servers(name, handles))]
      if (first !== homes[index] || !sameOnce(reached, homes)) t.fail(`${list} of ${size}: ${reached}`)
    }
  }
})

t.test('every list waits for all it sends to, however deep', async (t) => {
  for (const size of SIZES) {
    const { handles } = written(size)
    for (const { name, type } of handles.values()) {
      t.equal(type, name === 'write' ? 'HashRoute' : 'AllSyncRoute', `${name} of ${size}`)
    }
  }
})

t.test('above 24 servers a list stays short, and a reply passes few levels', async (t) => {
  for (const size of SIZES.filter((size) => size > 24)) {
    const { handles, lists } = written(size)
    for (const list of lists) {
      t.ok((handles.get(list)?.children.length ?? Infinity) <= 9)
      t.ok(depth(list, handles) <= 7, `${list} of ${size}: ${depth(list, handles)}`)
    }
  }
})

function written(size: number) {
  const homes = Array.from({ length: size }, (_, index) => `home-${index}`)
  const handles = new Map(fanOut('main', homes).map((handle) => [handle.name, handle]))
  return { homes, handles, lists: handles.get('write')?.children ?? [] }
}

/** The homes that a request to `name` ends at. */
function servers(name: string, handles: ReadonlyMap<string, CompositeHandle>): string[] {
  const handle = handles.get(name)
  return handle === undefined ? [name] : handle.children.flatMap((child) => servers(child, handles))
}

function depth(name: string, handles: ReadonlyMap<string, CompositeHandle>): number {
  const children = handles.get(name)?.children ?? []
  return children.length === 0 ? 0 : 1 + Math.max(...children.map((child) => depth(child, handles)))
}

function sameOnce(reached: readonly string[], homes: readonly string[]): boolean {
  return reached.length === homes.length && new Set([...reached, ...homes]).size === homes.length
}
