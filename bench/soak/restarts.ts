import { eventually } from '../../test/support/deadline.ts'
import type { Disturbance } from './disturbance.ts'
import type { Operator } from './operator.ts'
import type { Outages } from './outages.ts'

/** The pod's terminationGracePeriodSeconds. */
const GRACE_MS = 60_000

/** Restarts parts on purpose, and those that end by themselves. */
export class Restarts {
  /** Processes that ended by themselves, with the last that they said. */
  readonly surprises: string[] = []
  readonly #operator: Operator
  readonly #outages: Outages
  readonly #now: () => number
  /** Those that are being restarted on purpose. */
  readonly #down = new Set<string>()

  constructor(operator: Operator, outages: Outages, now: () => number) {
    this.#operator = operator
    this.#outages = outages
    this.#now = now
  }

  /** Resolves when everything is as before. */
  async carryOut({ part, signal }: Disturbance): Promise<void> {
    const end = this.#outages.begin(`${part}, ${signal}`, this.#now())
    const { controlPlane } = this.#operator
    if (part === 'API server') await controlPlane.restartApiServer(signal)
    else if (part === 'etcd') await controlPlane.restartEtcd(signal)
    else if (part === 'controller manager') await controlPlane.restartControllerManager(signal)
    else await this.#restart(part === 'server' ? part : await this.#reconciler(part), signal)
    await eventually('somebody leads', () => this.#operator.leader(), { everyMs: 200 })
    end(this.#now())
  }

  /** Starts again what has ended by itself, as a kubelet would. */
  async revive(): Promise<void> {
    for (const [name, process] of this.#operator.processes) {
      if (process.running || this.#down.has(name)) continue
      const isExcused = this.#outages.overlap(this.#now() - 15_000, this.#now())
      const last = (await process.log()).trim().split('\n').at(-1) ?? ''
      this.surprises.push(`${name}${isExcused ? ', while another part was down' : ''}: ${last.slice(0, 300)}`)
      process.launch()
    }
  }

  async #restart(name: string, signal: NodeJS.Signals): Promise<void> {
    const process = this.#operator.processes.get(name)
    this.#down.add(name)
    await process?.stop(signal, GRACE_MS)
    await process?.start()
    this.#down.delete(name)
  }

  async #reconciler(part: 'leader' | 'standby'): Promise<string> {
    const leader = await eventually('somebody leads', () => this.#operator.leader(), { everyMs: 200 })
    if (part === 'leader') return leader
    return leader.startsWith('first') ? 'second reconciler' : 'first reconciler'
  }
}
