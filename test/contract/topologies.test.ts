import t from 'tap'
import { type Failures, failuresOf } from '../../build/topologies/figures.ts'
import { TOPOLOGIES, topologyOf } from '../../build/topologies/topology.ts'
import { Children } from '../../testing/process/children.ts'
import { wordFor } from '../../testing/replies/table.ts'
import { routerProgram } from '../clients/stage.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'
import { AlikeKeys, preparation, REQUESTS } from '../support/topology-questions.ts'
import { ALL_UP, TopologyStage } from '../support/topology-stage.ts'

t.setTimeout(300_000)
const programs = new Children('topologies')
t.teardown(() => programs.end())
const program = await routerProgram(programs.directory)
t.comment(`against ${program.name}`)

for (const name of TOPOLOGIES) {
  t.test(`${name}: while servers are dead a router answers as the page says`, async (t) => {
    const topology = topologyOf(name, BOTH)
    const keys = new AlikeKeys(topology)
    const stage = new TopologyStage(topology, program.path)
    t.teardown(() => stage.children.end())
    for (const failures of failuresOf(topology)) {
      const { operation, key } = failures
      const answered = await answersTo(failures, keys, stage)
      t.strictSame(
        answered,
        failures.answers.map(({ outcome }) => outcome),
        `${operation} ${key}`,
      )
    }
  })
}

/** In each of the phases, with a key of its own that is on the same servers. */
async function answersTo({ operation, key, answers }: Failures, keys: AlikeKeys, stage: TopologyStage) {
  const words: string[] = []
  for (const phase of answers) {
    const own = keys.next(key)
    // What all servers of a key had, before one of them came back empty.
    for (const command of preparation(operation, own)) await stage.ask(ALL_UP, command)
    words.push(wordFor(await stage.ask(phase, REQUESTS[operation]?.(own) ?? '')))
  }
  return words
}
