import type { Command, Target } from '../agent/connection.ts'
import type { CrowdPlan } from '../agent/crowd.ts'
import type { Audit, Counts, KeySet } from '../agent/keys.ts'
import type { RepetitionPlan } from '../agent/repetition.ts'
import type { Reply } from '../agent/reply.ts'
import type { Routes } from '../agent/routes.ts'
import type { TrafficPlan, TrafficReport } from '../agent/traffic.ts'
import { Agent } from './agent.ts'

/** A memcached client that runs as a pod of the namespace, as an application would, and goes with it. */
export async function startClient(
  namespace: string,
  name = 'client',
  labels: Readonly<Record<string, string>> = {},
): Promise<Client> {
  return new Client(await Agent.start(namespace, name, { labels }))
}

export class Client {
  readonly #agent: Agent

  constructor(agent: Agent) {
    this.#agent = agent
  }

  /** One command, to any address: a Service, or a pod of it. */
  talk(host: string, port: number, command: string): Promise<Reply> {
    return this.tell({ host, port }, command)
  }

  async tell(target: Target, command: string): Promise<Reply> {
    const [reply] = await this.talks([{ target, command }])
    if (reply === undefined) throw new Error('no reply')
    return reply
  }

  /** Several, one after the other. */
  talks(commands: readonly Command[]): Promise<Reply[]> {
    return this.#agent.ask<Reply[]>('/talk', commands)
  }

  fill(keys: KeySet): Promise<Counts> {
    return this.#agent.ask<Counts>('/fill', keys)
  }

  audit(keys: KeySet): Promise<Audit> {
    return this.#agent.ask<Audit>('/audit', keys)
  }

  routes(routes: Routes): Promise<string[]> {
    return this.#agent.ask<string[]>('/routes', routes)
  }

  async start(name: string, plan: TrafficPlan): Promise<void> {
    await this.#agent.ask('/start', { name, ...plan })
  }

  /** Until it is stopped. */
  async gather(name: string, plan: CrowdPlan): Promise<void> {
    await this.#agent.ask('/gather', { name, ...plan })
  }

  /** Until it is stopped. */
  async repeat(name: string, plan: RepetitionPlan): Promise<void> {
    await this.#agent.ask('/repeat', { name, ...plan })
  }

  stop(name: string): Promise<TrafficReport> {
    return this.#agent.ask<TrafficReport>('/stop', { name })
  }

  /** SHA-256 fingerprint of the certificate that is served there. */
  async certificate(target: Target): Promise<string> {
    return (await this.#agent.ask<{ fingerprint: string }>('/certificate', target)).fingerprint
  }
}
