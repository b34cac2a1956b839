import { eventually } from '../../testing/deadline.ts'
import type { Disturbance } from './disturbance.ts'
import type { Operator } from './operator.ts'
import type { Outages } from './outages.ts'

/** The pod's terminationGracePeriodSeconds. */
const GRACE_MS = 60_000

/** Only a failure takes so long. */
const WHOLE = { withinMs: 900_000, everyMs: 200 }

/** Restarts parts on purpose, and those that end by themselves. */
export class Restarts {
  /** Processes that ended by themselves, with the last that they said. */
  readonly surprises: string[] = []
  readonly #operator: Operator
  readonly #outages: Outages
  readonly #now: () => number
  readonly #say: (line: string) => void
  /** Those that are being restarted on purpose. */
  readonly #down = new Set<string>()

  constructor(operator: Operator, outages: Outages, now: () => number, say: (line: string) => void) {
    this.#operator = operator
    this.#outages = outages
    this.#now = now
    this.#say = say
  }

  /** Resolves when everything is as before. */
  async carryOut({ part, signal }: Disturbance): Promise<void> {
    const end = this.#outages.begin(`${part}, ${signal}`, this.#now())
    // On a machine that has much else to do a start may take longer than tests wait for it.
    await this.#begin(part, signal).catch((error: unknown) =>
      this.#say(`  slow: ${String(error).split('\n')[0]}`),
    )
    await eventually('everything is as before', () => this.#isWhole(), WHOLE)
    end(this.#now())
  }

  async #begin(part: Disturbance['part'], signal: Disturbance['signal']): Promise<void> {
    const { controlPlane } = this.#operator
    if (part === 'API server') await controlPlane.restartApiServer(signal)
    else if (part === 'etcd') await controlPlane.restartEtcd(signal)
    else if (part === 'controller manager') await controlPlane.restartControllerManager(signal)
    else await this.#restart(part === 'server' ? part : await this.#reconciler(part), signal)
  }

  async #isWhole(): Promise<boolean> {
    const { status } = await this.#operator.controlPlane.client.request('GET', '/readyz')
    return status === 200 && (await this.#operator.leader()) !== undefined
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
    await process?.start().finally(() => this.#down.delete(name))
  }

  async #reconciler(part: 'leader' | 'standby'): Promise<string> {
    const leader = await eventually('somebody leads', () => this.#operator.leader(), { everyMs: 200 })
    if (part === 'leader') return leader
    return leader.startsWith('first') ? 'second reconciler' : 'first reconciler'
  }
}
