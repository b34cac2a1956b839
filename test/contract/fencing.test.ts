import t from 'tap'
import type { KubeApi, Resource } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/connection/errors.ts'
import { statefulSets } from '../../reconciler/kube/resources.ts'
import { eventually } from '../../testing/deadline.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)

/** Holds back the writes of a process, as when it is suspended between a decision and its request. */
class Pause {
  /** How each write that was held back ended; what is written after the pause was planned after it. */
  readonly ends: Promise<string>[] = []
  /** Kind and name of what each is about. */
  readonly subjects: string[] = []
  readonly #holds: (body: unknown) => boolean
  #gate: Promise<void> | undefined
  #open: () => void = () => undefined

  /** @param holds whether a write with that body is held back; all of them by default */
  constructor(holds: (body: unknown) => boolean = () => true) {
    this.#holds = holds
  }

  begin(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  end(): void {
    this.#gate = undefined
    this.#open()
  }

  through(api: KubeApi): KubeApi {
    return {
      ...api,
      apply: (resource, object, ...rest) =>
        this.#write(resource, object.metadata, object, () => api.apply(resource, object, ...rest)),
      merge: (resource, key, patch, ...rest) =>
        this.#write(resource, key, patch, () => api.merge(resource, key, patch, ...rest)),
      delete: (resource, key, ...rest) =>
        this.#write(resource, key, {}, () => api.delete(resource, key, ...rest)),
    }
  }

  #write<T>({ plural }: Resource, subject: unknown, body: unknown, call: () => Promise<T>): Promise<T> {
    if (this.#gate === undefined || !this.#holds(body)) return call()
    this.subjects.push(`${plural} ${at(subject, 'name')}`)
    const late = this.#gate.then(call)
    this.ends.push(
      late.then(
        () => 'done',
        (error) => (error instanceof ApiError && error.conflict ? 'conflict' : String(error)),
      ),
    )
    return late
  }
}

t.test('what a process decided before another took the lead is refused, however late it comes', async (t) => {
  const pause = new Pause()
  const { want, settled, requests } = await reconciledNamespace(t, cluster, 'late', {
    through: (api) => pause.through(api),
  })
  await want({})
  await settled()

  pause.begin()
  await want({ memcached_image: 'memcached:1.6.1' })
  await eventually('it has decided', () => pause.ends.length > 0)

  const next = await startReconciler(cluster.controlPlane, { namespace: 'late' })
  await want({ memcached_image: 'memcached:1.6.2' })
  await settled()
  await next.stop()
  const image = async () =>
    at(
      await cluster.get(statefulSets, 'late', 'cache-memcached'),
      'spec',
      'template',
      'spec',
      'containers',
      0,
      'image',
    )
  t.equal(await image(), 'memcached:1.6.2')

  pause.end()
  const ends = await Promise.all(pause.ends)
  t.strictSame(
    ends,
    ends.map(() => 'conflict'),
  )
  await eventually('the audit log has each refusal', async () => {
    const refused = (await requests()).filter(({ code }) => code === 409)
    const subjects = new Set(refused.map(({ object }) => `${object.resource} ${object.name}`))
    return pause.subjects.every((subject) => subjects.has(subject))
  })
  t.equal(await image(), 'memcached:1.6.2')
})

t.test(
  'so is the end of servers that are wanted again, though nothing else in their StatefulSet changed',
  async (t) => {
    const pause = new Pause(
      (object) => at(object, 'kind') === 'StatefulSet' && at(object, 'spec', 'replicas') === 2,
    )
    const through = (api: KubeApi) => pause.through(api)
    const { want, settled } = await reconciledNamespace(t, cluster, 'regret', { through })
    await want({ memcached_pool_size: 4 })
    await settled()
    const replicas = async () =>
      at(await cluster.get(statefulSets, 'regret', 'cache-memcached'), 'spec', 'replicas')

    pause.begin()
    await want({ memcached_pool_size: 2 })
    await eventually('it wants to end two', () => pause.subjects.includes('statefulsets cache-memcached'))
    const next = await startReconciler(cluster.controlPlane, { namespace: 'regret' })
    await want({ memcached_pool_size: 4 })
    await settled()
    await next.stop()
    t.equal(await replicas(), 4)

    pause.end()
    const ends = await Promise.all(pause.ends)
    t.strictSame(
      ends,
      ends.map(() => 'conflict'),
    )
    t.equal(await replicas(), 4)
  },
)
