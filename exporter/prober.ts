import { type Asking, ask } from './ask.ts'
import { Exposition, OversizeError } from './exposition/exposition.ts'
import { labelText } from './exposition/labels.ts'
import type { Module } from './modules/module.ts'
import { Places } from './places.ts'
import { addressText } from './targets/address.ts'
import type { Target } from './targets/target.ts'

/** What is said of a pod. */
export type Probe =
  /** In the text format of Prometheus; of a pod that is down, only that it is. */
  | { readonly kind: 'up' | 'down'; readonly text: string; readonly because?: string }
  /** Only a comment: it would be so each time. */
  | { readonly kind: 'barred'; readonly text: string; readonly because: string }
  /** Nothing, for a reason of ours: one that looks like the pod's would be an alert about a cache that is well. */
  | { readonly kind: 'busy' | 'unasked'; readonly because: string }

/** Probes at a time: 1,000 pods that answer, each every 30 s, need less than one; a pod that hangs takes one for 4 s. */
const PLACES = 64

const BARRED = '# it wants a certificate of its clients, and the exporter has none\n'

/** Asks pods. Of several callers that want the same of a pod at the same time, all get one answer. */
export class Prober {
  readonly #asking: Asking
  readonly #places = new Places(PLACES)
  readonly #running = new Map<string, Promise<Probe>>()

  constructor(asking: Asking) {
    this.#asking = asking
  }

  /** How many probes are running. */
  get running(): number {
    return this.#places.taken
  }

  /** Never rejects for anything that a pod does. */
  async probe(target: Target, module: Module): Promise<Probe> {
    const key = `${addressText(target)} ${labelsOf(target)}`
    const running = this.#running.get(key)
    if (running !== undefined) return await running
    const release = this.#places.take(target.namespace)
    if (release === undefined)
      return { kind: 'busy', because: `too many pods of namespace ${target.namespace} are being asked` }
    const probe = this.#ask(target, module).finally(() => {
      release()
      this.#running.delete(key)
    })
    this.#running.set(key, probe)
    return await probe
  }

  async #ask(target: Target, module: Module): Promise<Probe> {
    const reply = await ask(this.#asking, target, module.requests, module.limits)
    if (reply.kind === 'unasked') return reply
    if (reply.kind === 'barred') return { ...reply, text: BARRED }
    if (reply.kind === 'down') return down(target, module, reply.because)
    return told(target, module, reply.answers)
  }
}

function told(target: Target, module: Module, answers: readonly (readonly string[])[]): Probe {
  const exposition = new Exposition(labelsOf(target))
  try {
    exposition.one(module.up, '1')
    const isOne = module.expose(answers, exposition, target)
    return isOne
      ? { kind: 'up', text: exposition.text }
      : down(target, module, 'it does not answer as one of its tier')
  } catch (error) {
    if (error instanceof OversizeError) return down(target, module, error.message)
    throw error
  }
}

function down(target: Target, module: Module, because: string): Probe {
  const exposition = new Exposition(labelsOf(target))
  exposition.one(module.up, '0')
  return { kind: 'down', text: exposition.text, because }
}

function labelsOf({ namespace, mcrouter, place }: Target): string {
  const { pool, shard, copy } = place ?? {}
  return labelText({
    namespace,
    mcrouter,
    ...(pool !== undefined && { pool, shard: `${shard}`, copy: `${copy}` }),
  })
}
