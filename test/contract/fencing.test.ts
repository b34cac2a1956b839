import t from 'tap'
import type { KubeApi } from '../../reconciler/kube/api.ts'
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
      apply: (...args) => this.#write(() => api.apply(...args)),
      merge: (...args) => this.#write(() => api.merge(...args)),
      delete: (...args) => this.#write(() => api.delete(...args)),
    }
  }

  #write<T>(call: () => Promise<T>): Promise<T> {
    if (this.#gate === undefined) return call()
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
  const { want, settled } = await reconciledNamespace(t, cluster, 'late', {
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
  t.equal(await image(), 'memcached:1.6.2')
})
