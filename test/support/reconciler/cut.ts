import type { KubeApi } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'

/** An API that carries out so many writes (events not counted) and then no call any more, as when the process is killed. */
export class Cut {
  readonly #allowed: number
  #written = 0
  #reached: () => void = () => undefined
  /** Resolves when the last write that is allowed was answered. */
  readonly reached: Promise<void>

  constructor(allowed: number) {
    this.#allowed = allowed
    this.reached = new Promise((resolve) => {
      this.#reached = resolve
    })
  }

  get written(): number {
    return this.#written
  }

  through(api: KubeApi): KubeApi {
    const write = <T>(call: () => Promise<T>) => this.#write(call)
    const read = <T>(call: () => Promise<T>) => (this.#isOver ? dead() : call())
    return {
      get: (...args) => read(() => api.get(...args)),
      list: (...args) => read(() => api.list(...args)),
      create: (resource, ...args) =>
        resource.kind === 'Event'
          ? read(() => api.create(resource, ...args))
          : write(() => api.create(resource, ...args)),
      evict: (...args) => write(() => api.evict(...args)),
      apply: (...args) => write(() => api.apply(...args)),
      replace: (...args) => write(() => api.replace(...args)),
      merge: (resource, ...args) =>
        resource.kind === 'Event'
          ? read(() => api.merge(resource, ...args))
          : write(() => api.merge(resource, ...args)),
      delete: (...args) => write(() => api.delete(...args)),
    }
  }

  get #isOver(): boolean {
    return this.#written >= this.#allowed
  }

  async #write<T>(call: () => Promise<T>): Promise<T> {
    if (this.#isOver) return await dead()
    this.#written += 1
    const isLast = this.#isOver
    try {
      return await call()
    } finally {
      if (isLast) this.#reached()
    }
  }
}

function dead(): Promise<never> {
  return Promise.reject(new ApiError('the process was killed', { status: 0, reason: 'Aborted' }))
}
