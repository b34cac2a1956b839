import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../../process/clock.ts'
import { UNLIMITED_CLIENTS } from '../../schemas/mcrouter.ts'
import type { Pod } from '../observe/pod.ts'
import type { Reply } from './ask.ts'
import { isDoubtful, type Pulse, type Pulses, pulseAfter, UNKNOWN } from './pulse.ts'
import { Round } from './round.ts'

export interface Ask {
  /** Asks a pod for its state. Never rejects. */
  (pod: Pod): Promise<Reply>
  /** Gives back what is kept for asking it: it is asked no more. */
  release?(pod: Pod): void
}

export interface VitalsOptions {
  readonly ask: Ask
  readonly clock: Clock
  /** From 0 up to 1. */
  readonly random: () => number
  /** Told of each Mcrouter of which something else is known than before, with the milliseconds that it may wait. */
  readonly onChange: (mcrouter: string, ms: number) => void
}

/**
 * Together with the second question after a doubtful answer, this keeps all that is known younger than 30 s. For the largest
 * pool that a spec may have it means 50 servers and 5 routers a second, 200 KB/s.
 */
const PERIOD_MS = 20_000
const AGAIN_MS = 3_000
/** That a pod answers, or cannot be asked, is not urgent: it is reported with the next other change, or after this long. */
const CALM_MS = 10_000
/** Questions under way at the same time, over all Mcrouters; pods beyond that are not asked and count as unknown. */
const AT_ONCE = 100
const NOT_ASKED: Reply = { kind: 'unreachable', because: `${AT_ONCE} others have still to answer` }

interface Patients {
  readonly routers: Round<Pod>
  readonly servers: Round<Pod>
  /** Those that are asked. */
  pods: readonly Pod[]
  /** Those that are there. What is kept of one outlives that it is not Ready for a while, as one that is full may be. */
  present: readonly Pod[]
  /** Clients that each router may have. */
  maxConnections: number
  /** By {@link idOf}. */
  readonly pulses: Map<string, Pulse>
}

/**
 * What the pods that are Ready say when they are asked: kubelet's probes are answered by the kernel, whatever the process
 * does. Costs a connection each time and no call of the API server.
 */
export class Vitals {
  readonly #options: VitalsOptions
  readonly #patients = new Map<string, Patients>()
  #asking = 0

  constructor(options: VitalsOptions) {
    this.#options = options
  }

  /** Undefined when there is no way to ask. */
  static from(
    { ask, clock, random }: Pick<VitalsOptions, 'clock' | 'random'> & { readonly ask: Ask | undefined },
    onChange: VitalsOptions['onChange'],
  ): Vitals | undefined {
    return ask && new Vitals({ ask, clock, random, onChange })
  }

  /**
   * Goes on asking the pods of a Mcrouter that are Ready, and no others of it.
   *
   * @param recorded what its status says of them, for a process that has not asked yet
   * @param maxConnections clients that each router may have; undefined where the spec is not accepted
   */
  follow(mcrouter: string, pods: readonly Pod[], recorded: Pulses, maxConnections?: number): Pulses {
    const asked = pods.filter(({ ready, deleting, ip, port }) => ready && !deleting && ip !== '' && port > 0)
    const patients = this.#patients.get(mcrouter) ?? this.#admit(mcrouter, asked, recorded)
    const ids = new Set(asked.map(idOf))
    for (const id of patients.pulses.keys()) if (!ids.has(id)) patients.pulses.delete(id)
    const present = new Set(pods.map(idOf))
    this.#release(patients.present.filter((pod) => !present.has(idOf(pod))))
    patients.present = pods
    patients.pods = asked
    patients.maxConnections = maxConnections ?? patients.maxConnections
    patients.routers.over(asked.filter(({ component }) => component === 'mcrouter'))
    patients.servers.over(asked.filter(({ component }) => component === 'memcached'))
    return new Map(asked.map((pod) => [pod.metadata.name, patients.pulses.get(idOf(pod)) ?? UNKNOWN]))
  }

  forget(mcrouter: string): void {
    const patients = this.#patients.get(mcrouter)
    patients?.routers.stop()
    patients?.servers.stop()
    this.#patients.delete(mcrouter)
    this.#release(patients?.present ?? [])
  }

  stop(): void {
    for (const mcrouter of [...this.#patients.keys()]) this.forget(mcrouter)
  }

  #release(pods: readonly Pod[]): void {
    for (const pod of pods) this.#options.ask.release?.(pod)
  }

  #admit(mcrouter: string, pods: readonly Pod[], recorded: Pulses): Patients {
    const { clock, random } = this.#options
    const visit = (pod: Pod) => void this.#visit(mcrouter, pod)
    const round = () => new Round<Pod>({ clock, random, periodMs: PERIOD_MS, visit })
    const patients: Patients = {
      routers: round(),
      servers: round(),
      pods,
      present: pods,
      maxConnections: UNLIMITED_CLIENTS,
      pulses: new Map(pods.map((pod) => [idOf(pod), recorded.get(pod.metadata.name) ?? UNKNOWN])),
    }
    this.#patients.set(mcrouter, patients)
    return patients
  }

  async #visit(mcrouter: string, pod: Pod): Promise<void> {
    const reply = this.#asking < AT_ONCE ? await this.#ask(pod) : NOT_ASKED
    const patients = this.#patients.get(mcrouter)
    const id = idOf(pod)
    const isIt = (one: Pod) => idOf(one) === id
    if (!patients?.pods.some(isIt)) {
      if (!patients?.present.some(isIt)) this.#release([pod])
      return
    }
    const before = patients.pulses.get(id) ?? UNKNOWN
    const after = pulseAfter(before, reply, pod.component, patients.maxConnections)
    patients.pulses.set(id, after)
    if (isDoubtful(after) && !isDoubtful(before)) {
      this.#options.clock.after(AGAIN_MS, () => void this.#visit(mcrouter, pod))
    }
    if (isMore(before, after)) this.#options.onChange(mcrouter, 0)
    else if (before.state !== after.state || before.certificate?.notAfter !== after.certificate?.notAfter)
      this.#options.onChange(mcrouter, CALM_MS)
  }

  async #ask(pod: Pod): Promise<Reply> {
    this.#asking += 1
    const reply = await this.#options.ask(pod)
    this.#asking -= 1
    return reply
  }
}

/** Identifies the process: what was known of a container before its restart says nothing about it now. */
function idOf({ metadata, startedAt }: Pod): string {
  return `${metadata.uid} ${startedAt}`
}

/** Whether something is wrong: not when it answers, nor when it cannot be asked. */
function isMore(before: Pulse, after: Pulse): boolean {
  return !isDeepStrictEqual(ailmentOf(before), ailmentOf(after))
}

function ailmentOf(pulse: Pulse): unknown {
  const { state, suspects, version, connections, certificate, unusable, silences } = pulse
  return [
    version,
    state === 'silent' || state === 'full' ? state : '',
    suspects,
    connections?.exhausted === true,
    certificate?.endsSoon === true,
    unusable,
    state === 'silent' && silences > 2,
  ]
}
