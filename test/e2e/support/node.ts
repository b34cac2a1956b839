import type { Test } from 'tap'
import { Agent } from './agent.ts'
import { get, kubectlOk, textAt } from './cluster.ts'
import { namespace } from './namespace.ts'

const NAMESPACE = 'mcrouter-e2e-node'

/**
 * Signals for the processes of pods, sent from their node; SIGKILL as a kernel out of memory sends it. From within, the first process of
 * a container cannot be killed, and a forced deletion still gives it two seconds to say goodbye (kubelet's
 * minimumGracePeriodInSeconds).
 */
export class Nodes {
  readonly #agents = new Map<string, Promise<Agent>>()

  static async start(t: Test): Promise<Nodes> {
    await namespace(t, NAMESPACE)
    await kubectlOk([
      'label',
      'namespace',
      NAMESPACE,
      'pod-security.kubernetes.io/enforce=privileged',
      '--overwrite',
    ])
    return new Nodes()
  }

  /** Have it ready on the node of this pod: a signal is then a matter of milliseconds. */
  async prepare(podNamespace: string, pod: string): Promise<void> {
    await this.#agentOn(textAt(await get(['-n', podNamespace, 'pod', pod]), 'spec.nodeName'))
  }

  kill(podNamespace: string, pod: string): Promise<void> {
    return this.#signal(podNamespace, pod, 'SIGKILL')
  }

  /** From then on it takes connections and answers nothing, as when its node is cut off, until it is thawed. */
  freeze(podNamespace: string, pod: string): Promise<void> {
    return this.#signal(podNamespace, pod, 'SIGSTOP')
  }

  thaw(podNamespace: string, pod: string): Promise<void> {
    return this.#signal(podNamespace, pod, 'SIGCONT')
  }

  async #signal(podNamespace: string, pod: string, signal: NodeJS.Signals): Promise<void> {
    const object = await get(['-n', podNamespace, 'pod', pod])
    const agent = await this.#agentOn(textAt(object, 'spec.nodeName'))
    const container = textAt(object, 'status.containerStatuses.0.containerID').replace(/^.*:\/\//, '')
    const { processes } = await agent.ask<{ processes: number }>('/signal', { container, signal })
    if (processes === 0) throw new Error(`found no process of pod ${podNamespace}/${pod} on its node`)
  }

  #agentOn(node: string): Promise<Agent> {
    const known = this.#agents.get(node)
    if (known) return known
    const root = { runAsNonRoot: false, runAsUser: 0, capabilities: { add: ['KILL'] } }
    const agent = Agent.start(NAMESPACE, node, {
      podSpec: { nodeName: node, hostPID: true },
      security: root,
    })
    this.#agents.set(node, agent)
    return agent
  }
}
