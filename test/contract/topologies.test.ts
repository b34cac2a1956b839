import t from 'tap'
import { askedIn } from '../../build/topologies/asked.ts'
import { type Failures, failuresOf } from '../../build/topologies/figures.ts'
import { TOPOLOGIES, type Topology, topologyOf } from '../../build/topologies/topology.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import { Children } from '../../testing/process/children.ts'
import { wordFor } from '../../testing/replies/table.ts'
import { routerProgram } from '../clients/stage.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'
import { ALL_UP, TopologyStage } from '../support/topology-stage.ts'

t.setTimeout(300_000)
const programs = new Children('topologies')
t.teardown(() => programs.end())
const program = await routerProgram(programs.directory)
t.comment(`against ${program.name}`)

/** How many keys of each series have been looked at. */
const used = new Map<string, number>()

for (const name of TOPOLOGIES) {
  t.test(`${name}: while servers are dead a router answers as the page says`, async (t) => {
    const topology = topologyOf(name, BOTH)
    const stage = new TopologyStage(topology, program.path)
    t.teardown(() => stage.children.end())
    for (const failures of failuresOf(topology)) {
      const { operation, key } = failures
      const answered = await answersTo(failures, topology, stage)
      t.strictSame(
        answered,
        failures.answers.map(({ outcome }) => outcome),
        `${operation} ${key}`,
      )
    }
  })
}

/** In each of the phases, with a key of its own that is on the same servers. */
async function answersTo({ operation, key, answers }: Failures, topology: Topology, stage: TopologyStage) {
  const keys = alike(key, topology)
  const words: string[] = []
  for (const phase of answers) {
    const own = `${keys.next().value}`
    const value = operation === 'incr' ? '10' : 'val'
    // What all servers of a key had, before one of them came back empty.
    if (operation !== 'add') await stage.ask(ALL_UP, `set ${own} 0 0 ${value.length}\r\n${value}`)
    words.push(wordFor(await stage.ask(phase, REQUESTS[operation]?.(own) ?? '')))
  }
  return words
}

const REQUESTS: Readonly<Partial<Record<ClientOperation, (key: string) => string>>> = {
  get: (key) => `get ${key}`,
  set: (key) => `set ${key} 0 0 3\r\nnew`,
  add: (key) => `add ${key} 0 0 3\r\nnew`,
  delete: (key) => `delete ${key}`,
  incr: (key) => `incr ${key} 1`,
}

/** Keys that ask the same servers for the same reasons, none twice in a topology. */
function* alike(key: string, topology: Topology): Generator<string> {
  const way = (one: string) =>
    JSON.stringify((['get', 'set'] as const).map((operation) => askedIn(topology.explain(operation, one))))
  const wanted = way(key)
  const series = `${topology.name}/${key}`
  for (;;) {
    const index = (used.get(series) ?? 0) + 1
    used.set(series, index)
    if (way(`${key}:${index}`) === wanted) yield `${key}:${index}`
  }
}
