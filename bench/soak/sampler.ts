import { readdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { objectPath } from '../../reconciler/kube/paths.ts'
import { secrets } from '../../reconciler/kube/resources.ts'
import { isJsonObject } from '../../schemas/json.ts'
import type { HostProcess } from '../../testing/operator/process.ts'
import { memoryOf } from '../../testing/process/usage.ts'
import type { Sample } from './memory.ts'
import type { Operator } from './operator.ts'

/** Looks at processes and certificates now and then. */
export class Sampler {
  readonly samples: Sample[] = []
  /** Runnable threads of the machine, on average over the minute before each look. */
  readonly loads: number[] = []
  readonly #operator: Operator
  readonly #certificates = new Map<string, Set<unknown>>()

  constructor(operator: Operator) {
    this.#operator = operator
  }

  /** How many certificates there were, by Secret. */
  get certificates(): ReadonlyMap<string, number> {
    return new Map([...this.#certificates].map(([secret, seen]) => [secret, seen.size]))
  }

  /** @param at milliseconds since the start of the soak */
  async look(at: number): Promise<void> {
    this.loads.push(loadavg()[0] ?? 0)
    for (const [part, process] of this.#operator.processes) {
      const sample = sampleOf(part, process, at, await this.#operator.metrics(part))
      if (sample !== undefined) this.samples.push(sample)
    }
    await this.#lookAt('mcrouter-operator-ca')
    await this.#lookAt('mcrouter-operator-serving-cert')
  }

  async #lookAt(name: string): Promise<void> {
    const seen = this.#certificates.get(name) ?? new Set()
    this.#certificates.set(name, seen)
    const path = objectPath(secrets, { namespace: 'mcrouter-system', name })
    try {
      const { body } = await this.#operator.controlPlane.client.request('GET', path)
      if (isJsonObject(body.data)) seen.add(body.data['tls.crt'])
    } catch {
      // The API server is away; certificates stay long enough to be seen at the next look.
    }
  }
}

/** The spaces of what is not young (https://v8.dev/blog/trash-talk): the young one is as large as the machine allows. */
const LASTING = /^nodejs_heap_space_size_used_bytes\{space="(?:old|large_object)"\} (\d+)$/gm

function sampleOf(part: string, process: HostProcess, at: number, metrics: string): Sample | undefined {
  const { pid, running } = process
  if (pid === undefined || !running) return undefined
  const spaces = [...metrics.matchAll(LASTING)].map(([, bytes]) => Number(bytes))
  const heap = spaces.reduce((sum, bytes) => sum + bytes / 2 ** 20, 0)
  try {
    const descriptors = readdirSync(`/proc/${pid}/fd`).length
    const heapMebibytes = spaces.length === 0 ? undefined : heap
    return { part, pid, at, mebibytes: memoryOf(pid).now, heapMebibytes, descriptors }
  } catch {
    // It has ended in between.
    return undefined
  }
}
