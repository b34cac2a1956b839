import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import t, { type Test } from 'tap'
import { askedIn, requestsOf } from '../../build/topologies/asked.ts'
import { drawingOf } from '../../build/topologies/drawing.ts'
import { failuresOf } from '../../build/topologies/figures.ts'
import { outcomeOf } from '../../build/topologies/outcome.ts'
import { pageWith } from '../../build/topologies/page.ts'
import { poolsOf, SETTINGS, TOPOLOGIES, topologyOf, zonesTopology } from '../../build/topologies/topology.ts'
import { render } from '../../render/index.ts'
import { configFor } from '../../routing/config.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import { explainer } from '../../routing/explain/explain.ts'
import { type ClientOperation, OPERATIONS } from '../../routing/explain/request.ts'
import { ch3 } from '../../routing/hash/ch3.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import {
  isCalled,
  poolOf,
  ROUTE_PREFIX,
  recordedConfiguration,
  serversOf,
} from '../../testing/replies/configuration.ts'
import { PHASES, type Replies, vectors, wordFor, wordsFor } from '../../testing/replies/table.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const all = TOPOLOGIES.map((name) => topologyOf(name, BOTH))
const zones = zonesTopology(BOTH)

t.test('each topology has an example, a page, a drawing and a line of the index', async (t) => {
  const named = (pattern: string, end: string) =>
    globSync(pattern, { cwd: ROOT }).map((file) => basename(file, end))
  const names = [...TOPOLOGIES].toSorted()
  t.strictSame(named('examples/topologies/*', '.yaml').toSorted(), names)
  t.strictSame(named('docs/topologies/*.svg', '.svg').toSorted(), names)
  t.strictSame(named('docs/topologies/*.md', '.md').toSorted(), ['README', ...names])
  const index = [...read('docs/topologies/README.md').matchAll(/^\| \[.*?\]\((.*?)\.md\)/gm)]
  t.strictSame(
    index.map(([, name]) => name),
    [...TOPOLOGIES],
  )
})

t.test('pages and drawings say what is explained', async (t) => {
  for (const topology of all) {
    const { name } = topology
    t.equal(read(`docs/topologies/${name}.svg`), drawingOf(topology), `${name}.svg`)
    const page = read(`docs/topologies/${name}.md`)
    t.equal(page, pageWith(page, topology), `${name}.md`)
    t.ok(page.includes(`](${name}.svg)`))
  }
})

t.test(
  'the drawing of zones says that a read stays in its zone, and a write leaves for it first',
  async (t) => {
    const drawing = drawingOf(zones)
    t.equal(read('docs/zones.svg'), drawing)
    t.ok(read('docs/zones.md').includes('](zones.svg)'))
    const [, words = ''] = /<desc id="desc">(.*)<\/desc>/.exec(drawing) ?? []
    const [, shard] = /^get user:42 asks copy-1-(\d) of pool main;/.exec(words) ?? []
    const later = [0, 2].map((copy) => `if that does not answer, copy-${copy}-${shard} of pool main`)
    const set = [1, 0, 2].map((copy) => `copy-${copy}-${shard} of pool main`).join(' and ')
    t.equal(
      words,
      `get user:42 asks copy-1-${shard} of pool main; ${later.join('; ')}. set user:42 asks ${set}.`,
    )
    t.match(drawing, />routers in eu-1b</)
  },
)

t.test(
  'a zone whose server is dead reads and writes on, as its page says, and one that is back misses',
  async (t) => {
    const told = failuresOf(zones).map(({ operation, answers }) => [
      operation,
      ...answers.map(({ outcome }) => outcome),
    ])
    t.strictSame(told, [
      ['get', 'hit', 'hit', 'error', 'miss'],
      ['set', 'STORED', 'STORED', 'error', 'STORED'],
      ['add', 'STORED', 'STORED', 'error', 'STORED'],
      ['delete', 'DELETED', 'NOT_FOUND', 'error', 'NOT_FOUND'],
      ['incr', 'error', 'error', 'error', 'error'],
    ])
  },
)

t.test('drawings are for all: with a title and a text, for light and dark, without scripts', async (t) => {
  for (const topology of [...all, zones]) {
    const drawing = drawingOf(topology)
    t.match(
      drawing,
      /<svg [^>]*role="img" aria-labelledby="title desc">\n<title id="title">[^<]+<\/title>\n<desc id="desc">/,
    )
    t.match(drawing, '@media (prefers-color-scheme: dark)')
    t.notMatch(drawing, /<script|<foreignObject|href=|url\(| on\w+=/i)
    // Each server is there as often as there are panels.
    const panels = drawing.match(/<g /g)?.length ?? 0
    const servers = poolsOf(topology).flatMap((pool) => pool.servers).length
    t.equal(drawing.match(/<rect class="server/g)?.length, panels * servers)
  }
})

t.test('examples are rendered', async (t) => {
  for (const { name, mcrouter } of all) {
    const kinds = render(mcrouter, SETTINGS).manifests.map(({ kind }) => kind)
    const own = mcrouter.pools.filter(({ external }) => external.length === 0)
    t.equal(kinds.filter((kind) => kind === 'StatefulSet').length, own.length, name)
    t.ok(kinds.includes('Deployment') && kinds.includes('ConfigMap'), name)
  }
})

t.test('the requests of a key that is nowhere are those that a router names', async (t) => {
  for (const { name, explain } of all) {
    const wrong = OPERATIONS.flatMap((operation) =>
      Array.from({ length: 200 }, (_, index) => explain(operation, `user:${index}`)).filter(
        (step) =>
          requestsOf(step, false) !== destinations(step).length ||
          askedIn(step).length > new Set(destinations(step)).size + 2,
      ),
    )
    t.strictSame(wrong, [], name)
  }
})

const RENDERED = [
  { config: 'replicated-2-available.json', topology: 'replicated', servers: 2 },
  { config: 'replicated-3-available.json', topology: 'replicated', servers: 3 },
  { config: 'sharded-3-miss-on-error.json', topology: 'sharded', servers: 3 },
] as const

t.test('what is said of dead servers is what mcrouter answered', async (t) => {
  const recorded = vectors<Replies>('replies')
  const rendered = RENDERED.map(({ config, topology, servers }) => {
    const addresses = serversOf(recordedConfiguration(config)).slice(0, servers)
    const spec = mcrouterWith({ topology, routers: { release: 'current' } })
    const own = recorded.filter((one) => one.config === config)
    return { own, configuration: configFor(spec, [addresses]) }
  })
  const asRecorded = [...Map.groupBy(recorded, ({ config, dead }) => `${config}, ${dead}`).values()].flatMap(
    (own) => {
      const { config = '' } = own[0] ?? {}
      // Which server the configuration of the Ansible operator takes is not foreseen.
      return config.startsWith('seed-') ? [] : [{ own, configuration: recordedConfiguration(config) }]
    },
  )
  let compared = 0
  for (const { own, configuration } of [...rendered, ...asRecorded]) {
    for (const one of own) compared += toldOf(t, one, configuration, recorded)
  }
  t.ok(compared > 400, `${compared}`)
})

/** How many replies were compared. */
function toldOf(t: Test, one: Replies, configuration: unknown, recorded: readonly Replies[]): number {
  const operation = TOLD.get(one.op)
  if (operation === undefined) return 0
  const json = recordedConfiguration(one.config)
  const explain = explainer(configuration, json.routes === undefined ? undefined : ROUTE_PREFIX)
  const servers = poolOf(one.dead, json)
  const dying = servers.findIndex((server) => isCalled(one.dead, server))
  const key = keyOn(servers.length, dying, one)
  const first = `${servers[dying]}`
  const holders = new Set(destinations(explain('set', key)))
  const nothing = new Set<string>()
  const without = new Set([...holders].filter((server) => server !== first))
  for (const phase of PHASES) {
    const held = phase === 'back' ? without : holders
    const having = one.op.endsWith('-absent') ? nothing : held
    const dead = phase === 'after_2s' ? new Set([first]) : nothing
    const told = outcomeOf(operation, explain(operation, key), { dead, having })
    t.ok(
      wordsFor(one, phase, recorded).has(told),
      `${one.config}, ${one.dead}, ${one.op}, ${one.home}, ${phase}: ${told}, not ${wordFor(one[phase])}`,
    )
  }
  return PHASES.length
}

/** A key whose home in the pool is the server that dies, or another. */
function keyOn(servers: number, dying: number, { home, config }: Replies): string {
  const prefix = config === 'prefix.json' ? 'user:' : 'key:'
  for (let index = 0; ; index++) {
    const key = `${prefix}${index}`
    if ((ch3(Buffer.from(key), servers) === dying) === (home !== 'alive')) return key
  }
}

/** Recorded operations that pages speak of. */
const TOLD: ReadonlyMap<string, ClientOperation> = new Map([
  ['get', 'get'],
  ['get-absent', 'get'],
  ['set', 'set'],
  ['add-absent', 'add'],
  ['add-present', 'add'],
  ['delete', 'delete'],
  ['incr', 'incr'],
])
