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
  /** How each write that was held back ended. */
  readonly ends: string[] = []
  #gate: Promise<void> = Promise.resolve()
  #open: () => void = () => undefined
  #held = 0

  get held(): number {
    return this.#held
  }

  begin(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  end(): void {
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

  async #write<T>(call: () => Promise<T>): Promise<T> {
    this.#held += 1
    await this.#gate
    try {
      const result = await call()
      this.ends.push('done')
      return result
    } catch (error) {
      this.ends.push(error instanceof ApiError && error.conflict ? 'conflict' : String(error))
      throw error
    }
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
  pause.ends.length = 0
  const before = pause.held
  await want({ memcached_image: 'memcached:1.6.1' })
  await eventually('it has decided', () => pause.held > before)

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
  await eventually('its requests were answered', () => pause.ends.length > 0)
  t.ok(
    pause.ends.every((end) => end === 'conflict'),
    pause.ends.join(),
  )
  t.equal(await image(), 'memcached:1.6.2')
})
