import type { Test } from 'tap'
import { type Failures, failuresOf } from '../../../build/topologies/figures.ts'
import { keysOf } from '../../../build/topologies/topology.ts'
import { eventually } from '../../../testing/deadline.ts'
import { AlikeKeys, preparation, REQUESTS } from '../../support/topology-questions.ts'
import type { Command } from '../agent/connection.ts'
import type { Reply } from '../agent/reply.ts'
import { type Example, targetOf } from '../support/topologies.ts'
import type { Stage } from './stage.ts'

/** Columns of the table of a page. */
const [UP, FIRST_DEAD, ALL_DEAD, FIRST_BACK] = [0, 1, 2, 3]

/** Of a kubectl for each look. */
const LOOK = { everyMs: 1000 }
/** A machine may be so slow that a server is back before all is asked; it is dead for twice as long the next time. */
const ATTEMPTS = 3

/**
 * Servers of the keys of a page are killed, and clients are answered as its table says.
 *
 * kubelet starts a container that ended at once, and one that ends again only after ten seconds, then twenty: every server is
 * killed a first time to be back, empty, and a second time to be dead for a while.
 * @param keys in place of those of the page
 */
export async function serversKilled(
  t: Test,
  stage: Stage,
  name: string,
  keys = keysOf(stage.the(name).topology),
): Promise<void> {
  const outage = new Outage(stage, stage.the(name), keys)
  const { firsts, all } = outage
  t.ok(firsts.length > 0)
  await outage.prepare(UP, FIRST_BACK)
  await outage.asked(t, UP)
  await outage.restart(firsts)
  await outage.asked(t, FIRST_BACK)
  await outage.restart(all.filter((server) => !firsts.includes(server)))
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) await outage.prepare(FIRST_DEAD, ALL_DEAD)
  await outage.askedWithout(t, FIRST_DEAD, firsts)
  await outage.askedWithout(t, ALL_DEAD, all)
  await outage.over(all)
}

class Outage {
  /** Of each key the server that is asked first, and every one that a set of it reaches; `host:port`. */
  readonly firsts: readonly string[]
  readonly all: readonly string[]
  readonly #stage: Stage
  readonly #example: Example
  readonly #failures: readonly Failures[]
  readonly #keys: AlikeKeys
  /** By phase, keys for its questions, as often as they can be asked. */
  readonly #prepared = new Map<number, string[][]>()

  constructor(stage: Stage, example: Example, keys: readonly string[]) {
    this.#stage = stage
    this.#example = example
    this.#failures = failuresOf(example.topology, keys)
    this.#keys = new AlikeKeys(example.topology)
    const deadIn = (phase: number) => [
      ...new Set(this.#failures.flatMap(({ answers }) => [...(answers[phase]?.dead ?? [])])),
    ]
    this.firsts = deadIn(FIRST_DEAD)
    this.all = deadIn(ALL_DEAD)
  }

  /** Stores keys of their own for the questions of these phases. */
  async prepare(...phases: readonly number[]): Promise<void> {
    const sets = phases.map((phase) => {
      const keys = this.#failures.map(({ key }) => this.#keys.next(key))
      this.#prepared.set(phase, [...(this.#prepared.get(phase) ?? []), keys])
      return this.#failures.flatMap(({ operation }, index) => preparation(operation, keys[index] ?? ''))
    })
    const replies = await this.#stage.client.talks(this.#commands(sets.flat()))
    if (!replies.every(({ kind }) => kind === 'stored')) throw new Error(JSON.stringify(replies))
  }

  async asked(t: Test, phase: number): Promise<void> {
    const questions = this.#questions(phase)
    const replies = await this.#stage.client.talks(this.#commands(questions))
    this.#compare(t, phase, questions, replies)
  }

  /** Asks while these servers are dead, from before the first question until after the last. */
  async askedWithout(t: Test, phase: number, dead: readonly string[]): Promise<void> {
    const probes = dead.map(probeOf)
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.#kill(dead)
      const questions = this.#questions(phase)
      const replies = await this.#stage.client.talks([...probes, ...this.#commands(questions), ...probes])
      const answers = replies.splice(probes.length, questions.length)
      if (replies.every(isDead)) return this.#compare(t, phase, questions, answers)
    }
    t.fail(`${dead.join(', ')}: never dead for long enough`)
  }

  /** Kills them, and waits until they and what routers make of them are as before. */
  async restart(servers: readonly string[]): Promise<void> {
    if (servers.length === 0) return
    const before = await this.#uptimes(servers)
    await Promise.all(servers.map((server) => this.#signal(server)))
    const isRestarted = async () =>
      (await this.#uptimes(servers)).every((seconds, index) => seconds < (before[index] ?? 0))
    await eventually('they are started again', isRestarted, LOOK)
    await this.over(servers)
  }

  /** Waits until these servers answer, and no router holds one of them for dead. */
  async over(servers: readonly string[]): Promise<void> {
    const isOver = async () => {
      const [suspects, ...replies] = await this.#stage.client.talks([
        ...this.#commands(['stats suspect_servers']),
        ...servers.map(probeOf),
      ])
      const isSuspect = (server: string) => suspects?.text.includes(server)
      return suspects?.kind !== 'connection' && !replies.some(isDead) && !servers.some(isSuspect)
    }
    await eventually('all servers are asked again', isOver, LOOK)
  }

  /** Those that live, until none does. */
  async #kill(servers: readonly string[]): Promise<void> {
    const areDead = async () => {
      const replies = await this.#stage.client.talks(servers.map(probeOf))
      const alive = servers.filter((_, index) => replies[index] !== undefined && !isDead(replies[index]))
      await Promise.all(alive.map((server) => this.#signal(server)))
      return alive.length === 0
    }
    await eventually('they are dead', areDead)
  }

  #questions(phase: number): string[] {
    const keys = this.#prepared.get(phase)?.shift() ?? []
    return this.#failures.map(({ operation }, index) => REQUESTS[operation]?.(keys[index] ?? '') ?? '')
  }

  #compare(t: Test, phase: number, questions: readonly string[], replies: readonly Reply[]): void {
    t.strictSame(
      questions.map((question, index) => [question, wordFor(replies[index])]),
      questions.map((question, index) => [question, this.#failures[index]?.answers[phase]?.outcome]),
      `${this.#example.topology.name}, phase ${phase}`,
    )
  }

  #signal(server: string): Promise<void> {
    return this.#stage.nodes.kill(this.#stage.namespace, podOf(server))
  }

  /** In seconds; no number of one that does not answer. */
  async #uptimes(servers: readonly string[]): Promise<number[]> {
    const stats = servers.map((server) => ({ target: targetOf(server), command: 'stats' }))
    const replies = await this.#stage.client.talks(stats)
    return replies.map(({ text }) => Number(/^STAT uptime (\d+)/m.exec(text)?.[1]))
  }

  #commands(commands: readonly string[]): Command[] {
    return commands.map((command) => ({ target: this.#example.target, command }))
  }
}

function podOf(server: string): string {
  return server.split('.')[0] ?? ''
}

function probeOf(server: string): Command {
  return { target: targetOf(server), command: 'version' }
}

function isDead({ kind }: Reply): boolean {
  return kind === 'connection'
}

/** A reply as pages write it. */
function wordFor(reply: Reply | undefined): string {
  if (reply === undefined) return 'nothing'
  const { kind, text } = reply
  if (kind === 'hit' || kind === 'miss' || kind === 'error') return kind
  return kind === 'number' ? 'the number' : text
}
