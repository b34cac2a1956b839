import { globSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import t from 'tap'
import { askedIn, requestsOf } from '../../build/topologies/asked.ts'
import { drawingOf } from '../../build/topologies/drawing.ts'
import { outcomeOf } from '../../build/topologies/outcome.ts'
import { pageWith } from '../../build/topologies/page.ts'
import { poolsOf, SETTINGS, TOPOLOGIES, topologyOf } from '../../build/topologies/topology.ts'
import { render } from '../../render/index.ts'
import { configFor } from '../../routing/config.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import { explainer } from '../../routing/explain/explain.ts'
import { type ClientOperation, OPERATIONS } from '../../routing/explain/request.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { PHASES, type Replies, vectors, wordFor, wordsFor } from '../../testing/replies/table.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'

const ROOT = new URL('../../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, ROOT), 'utf8')
const all = TOPOLOGIES.map((name) => topologyOf(name, BOTH))

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

t.test('drawings are for all: with a title and a text, for light and dark, without scripts', async (t) => {
  for (const topology of all) {
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

const RECORDED = [
  { config: 'replicated-2-available.json', topology: 'replicated', servers: 2 },
  { config: 'replicated-3-available.json', topology: 'replicated', servers: 3 },
  { config: 'sharded-3-miss-on-error.json', topology: 'sharded', servers: 3 },
] as const

t.test('what is said of dead servers is what mcrouter answered', async (t) => {
  const recorded = vectors<Replies>('replies')
  for (const { config, topology, servers } of RECORDED) {
    const addresses = Array.from({ length: servers }, (_, index) => `server-${index}:11211`)
    const explain = explainer(
      configFor(mcrouterWith({ topology, routers: { release: 'current' } }), [addresses]),
    )
    const [first = ''] = destinations(explain('get', 'key'))
    const holders = new Set(destinations(explain('set', 'key')))
    const nothing = new Set<string>()
    const without = new Set([...holders].filter((server) => server !== first))
    const own = recorded.filter((one) => one.config === config && one.home !== 'alive' && TOLD.has(one.op))
    t.ok(own.length >= 5)
    for (const one of own) {
      const operation = TOLD.get(one.op) ?? 'get'
      for (const phase of PHASES) {
        const held = phase === 'back' ? without : holders
        const having = one.op === 'add-absent' ? nothing : held
        const dead = phase === 'after_2s' ? new Set([first]) : nothing
        const told = outcomeOf(operation, explain(operation, 'key'), { dead, having })
        t.ok(
          wordsFor(one, phase, recorded).has(told),
          `${config}, ${one.op}, ${phase}: ${told}, not ${wordFor(one[phase])}`,
        )
      }
    }
  }
})

/** Recorded operations that pages speak of. */
const TOLD: ReadonlyMap<string, ClientOperation> = new Map([
  ['get', 'get'],
  ['set', 'set'],
  ['add-absent', 'add'],
  ['delete', 'delete'],
  ['incr', 'incr'],
])
