import t from 'tap'
import { configFor } from '../../routing/config.ts'
import { featuresOf } from '../../routing/release.ts'
import { isJsonObject } from '../../schemas/json.ts'
import type { Release, Topology } from '../../schemas/mcrouter.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { GoldenFiles } from './golden-files.ts'

const FILES = new GoldenFiles('golden.test.ts')
const NEWER: readonly Release[] = ['40', '41', 'current']

t.test('a replicated pool has the configuration that was tried on the real mcrouter', async (t) => {
  for (const servers of [2, 3, 5]) {
    for (const release of NEWER) {
      t.strictSame(
        rendered('replicated', servers, release),
        golden(`replicated-${servers}-home-first`),
        `${servers}, ${release}`,
      )
    }
  }
})

t.test('release 37 gets no gat, no gats and no connect_timeout, which it does not know', async (t) => {
  for (const servers of [2, 3]) {
    t.strictSame(
      rendered('replicated', servers, '37'),
      golden(`replicated-${servers}-home-first-release37`),
      `${servers}`,
    )
  }
  t.strictSame(rendered('replicated', 5, '37'), without37(golden('replicated-5-home-first')))
  t.strictSame(rendered('sharded', 3, '37'), without37(golden('sharded-3-miss-on-error')))
})

t.test('beside routers that run the configuration before it, all agree on homes and servers', async (t) => {
  for (const [servers, release, tried] of [
    [2, 'current', 'replicated-2-available'],
    [3, 'current', 'replicated-3-available'],
    [5, 'current', 'replicated-5-available'],
    [2, '37', 'replicated-2-available-release37'],
    [3, '37', 'replicated-3-available-release37'],
  ] as const) {
    const before = parsed(golden(tried))
    const after = parsed(rendered('replicated', servers, release))
    t.strictSame(after.pools, before.pools)
    t.strictSame(after.route, before.route, 'every operation takes the same policy')
    const { write: writeBefore, ...othersBefore } = before.handles
    const { write, ...others } = after.handles
    t.match(others, othersBefore, 'and all policies but that of writes are the same')
    t.equal(writeBefore?.type, 'AllSyncRoute')
    t.equal(write?.type, 'HashRoute')
    for (const list of write?.children ?? []) {
      t.equal(others[list]?.type, 'AllSyncRoute')
      t.strictSame(others[list]?.children.toSorted(), writeBefore?.children.toSorted(), 'the same servers')
    }
  }
})

t.test('a sharded pool of any size differs from the tried one in its servers only', async (t) => {
  const tried = golden('sharded-3-miss-on-error')
  for (const servers of [1, 2, 3, 5]) {
    for (const release of NEWER)
      t.strictSame(rendered('sharded', servers, release), withServers(tried, servers))
  }
})

t.test('while a pool fills, a get reads past a miss as was tried, and nothing else changes', async (t) => {
  for (const servers of [2, 3, 5]) {
    const tried = parsed(golden(`replicated-${servers}-best-growing`))
    const filling = parsed(rendered('replicated', servers, 'current', true))
    const atRest = parsed(rendered('replicated', servers, 'current'))
    const isNew = ([name]: [string, Handle]) => !(name in atRest.handles)
    const added = Object.fromEntries(Object.entries(filling.handles).filter(isNew))
    t.strictSame(added, Object.fromEntries(Object.entries(tried.handles).filter(([name]) => name in added)))
    t.equal(Object.keys(added).length, servers + 1)
    t.match(filling.handles, atRest.handles)
    t.strictSame(
      { ...policiesOf(filling), get: 'read' },
      policiesOf(atRest),
      'gets and all the others are the same',
    )
    t.equal(policiesOf(filling).get, policiesOf(tried).get)
  }
  t.strictSame(rendered('sharded', 3, 'current', true), rendered('sharded', 3, 'current'))
})

t.test('one server cannot be replicated: it is a sharded pool of one', async (t) => {
  for (const release of ['37', ...NEWER] as const) {
    t.strictSame(rendered('replicated', 1, release), rendered('sharded', 1, release), release)
  }
})

t.test('none of those that are to be compared here is left out', async (t) => t.same([...FILES.unread], []))

/** Our configuration under the names of the golden files. */
function rendered(topology: Topology, servers: number, release: Release, filling = false): unknown {
  // What was tried has the timeout of small items.
  const mcrouter = mcrouterWith({ topology, routers: { release }, memcached: { maxItemSize: '1m' } })
  const names = Array.from({ length: servers }, (_, ordinal) => serverName(ordinal))
  const text = JSON.stringify(configFor(mcrouter, [names], { features: featuresOf(release), filling }))
  return JSON.parse(text.replaceAll(/(?<=["|])memcached(?=["-])/g, 'A'))
}

function serverName(ordinal: number): string {
  return `mc-a-${ordinal}.mc-a.cache.svc.cluster.local:11211`
}

function golden(name: string): unknown {
  return JSON.parse(FILES.text(name))
}

interface Handle {
  readonly name: string
  readonly type: string
  readonly children: readonly string[]
}

function parsed(config: unknown) {
  const {
    pools,
    route,
    named_handles,
  }: {
    pools: unknown
    route: { operation_policies: Readonly<Record<string, string>> }
    named_handles: readonly Handle[]
  } = JSON.parse(JSON.stringify(config))
  const handles: Record<string, Handle> = Object.fromEntries(
    named_handles.map((handle) => [handle.name, handle]),
  )
  return { pools, route, handles }
}

function policiesOf({ route }: ReturnType<typeof parsed>) {
  return route.operation_policies
}

function without37(config: unknown): unknown {
  return JSON.parse(JSON.stringify(config), (key, value: unknown) => {
    if (key === 'gat' || key === 'gats' || key === 'connect_timeout') return undefined
    if (Array.isArray(value)) {
      return value.filter((handle) => !isJsonObject(handle) || handle.name !== 'read-and-touch')
    }
    return value
  })
}

function withServers(config: unknown, count: number): unknown {
  const servers = Array.from({ length: count }, (_, ordinal) => serverName(ordinal))
  return JSON.parse(JSON.stringify(config), (key, value: unknown) => (key === 'servers' ? servers : value))
}
