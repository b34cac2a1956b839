import t from 'tap'
import type { KubeApi, Resource } from '../../reconciler/kube/api.ts'
import { ApiError } from '../../reconciler/kube/errors.ts'
import { statefulSets } from '../../reconciler/kube/resources.ts'
import { at } from '../support/at.ts'
import { startBareCluster } from '../support/bare-cluster.ts'
import { eventually } from '../support/deadline.ts'
import { startReconciler } from '../support/reconciler/index.ts'
import { reconciledNamespace } from '../support/reconciler/namespace.ts'

const cluster = await startBareCluster(t)

/** Holds back the writes of a process, as when it is suspended between a decision and its request. */
class Pause {
  /** How each write that was held back ended; what is written after the pause was planned after it. */
  readonly ends: Promise<string>[] = []
  /** Kind and name of what each is about. */
  readonly subjects: string[] = []
  #gate: Promise<void> | undefined
  #open: () => void = () => undefined

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
        this.#write(resource, object.metadata, () => api.apply(resource, object, ...rest)),
      merge: (resource, key, ...rest) => this.#write(resource, key, () => api.merge(resource, key, ...rest)),
      delete: (resource, key, ...rest) =>
        this.#write(resource, key, () => api.delete(resource, key, ...rest)),
    }
  }

  #write<T>({ plural }: Resource, subject: unknown, call: () => Promise<T>): Promise<T> {
    if (this.#gate === undefined) return call()
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
