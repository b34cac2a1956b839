import type { KubeObject } from '../../../reconciler/kube/api.ts'
import type { ObjectChange } from '../../../reconciler/kube/cache/object-change.ts'
import { Reflector, type ReflectorOptions } from '../../../reconciler/kube/cache/reflector.ts'
import type { Rewind } from '../../../reconciler/kube/cache/version.ts'
import { keyText } from '../../../reconciler/kube/object.ts'
import { configMaps } from '../../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { TestClock } from '../clock.ts'
import { ApiModel } from './index.ts'
import { ModelSession } from './session.ts'

/** The collection that the reflector watches. */
export const COLLECTION = '/api/v1/namespaces/shop/configmaps'

/** A reflector of the ConfigMaps of one namespace of a model API server. */
export class Reflection {
  readonly clock = new TestClock()
  readonly model = new ApiModel()
  readonly session = new ModelSession(this.model, this.clock)
  readonly changes: ObjectChange[] = []
  readonly troubles: Error[] = []
  readonly rewinds: Rewind[] = []
  readonly reflector: Reflector
  readonly #stop = new AbortController()
  #ended: Promise<void> | undefined

  constructor(options: Partial<ReflectorOptions> = {}) {
    this.reflector = new Reflector({
      session: this.session,
      selection: { resource: configMaps, namespace: 'shop' },
      onChange: (change) => this.changes.push(change),
      onTrouble: (error) => this.troubles.push(error),
      onRewind: (rewind) => this.rewinds.push(rewind),
      clock: this.clock,
      random: () => 0.5,
      ...options,
    })
  }

  put(name: string, value: string): void {
    this.model.put(`${COLLECTION}/${name}`, { metadata: { namespace: 'shop' }, data: { value } })
  }

  remove(name: string): void {
    this.model.remove(`${COLLECTION}/${name}`)
  }

  /** Resolves when the first list is in and the watch has begun. */
  async start(): Promise<this> {
    this.#ended = this.reflector.run(this.#stop.signal)
    await this.clock.advance(0)
    return this
  }

  async stop(): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }

  /** Value by name, as the store has it. */
  get copy(): Record<string, unknown> {
    const { store } = this.reflector
    return valuesOf([...store.keys()].flatMap((key) => store.get(key) ?? []))
  }

  /** Value by name, as the server has it. */
  get truth(): Record<string, unknown> {
    return Object.fromEntries(
      this.model.paths().map((path) => [path.slice(COLLECTION.length + 1), dataOf(this.model.at(path))]),
    )
  }

  /** Value by name, as somebody knows who was only told of changes. */
  get told(): Record<string, unknown> {
    const known = new Map<string, KubeObject>()
    for (const { key, after } of this.changes) {
      if (after) known.set(keyText(key), after)
      else known.delete(keyText(key))
    }
    return valuesOf([...known.values()])
  }

  get inSync(): boolean {
    const sorted = (values: Record<string, unknown>) => JSON.stringify(Object.entries(values).toSorted())
    return sorted(this.copy) === sorted(this.truth) && sorted(this.told) === sorted(this.truth)
  }

  /** What was asked, as `list` or `watch <resourceVersion>`. */
  get asked(): string[] {
    return this.session.sent.map(({ query }) =>
      query.get('watch') === 'true' ? `watch ${query.get('resourceVersion')}` : 'list',
    )
  }
}

function valuesOf(objects: readonly KubeObject[]): Record<string, unknown> {
  return Object.fromEntries(objects.map((object) => [object.metadata.name, dataOf(object)]))
}

function dataOf(object: JsonObject | undefined): unknown {
  const data = object?.data
  return typeof data === 'object' && data !== null && 'value' in data ? data.value : undefined
}
