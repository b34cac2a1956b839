import { type Published, publishedIn } from '../../../reconciler/observe/published.ts'
import { CONFIG } from './pools-objects.ts'

/** What the configuration says that routers are to use, by pool. */
export abstract class PublishedView {
  protected abstract get config(): string

  /** How many own servers. */
  get published(): Readonly<Record<string, number>> {
    return this.#read?.routed ?? {}
  }

  /** In how many copies it has them. */
  get publishedCopies(): Readonly<Record<string, number>> {
    return this.#read?.copies ?? {}
  }

  /** How many servers of others. */
  get publishedOthers(): Readonly<Record<string, number>> {
    const { external = {} } = this.#read ?? {}
    return Object.fromEntries(Object.entries(external).map(([pool, { length }]) => [pool, length]))
  }

  get #read(): Published | undefined {
    return publishedIn({ metadata: CONFIG, data: { 'config.json': this.config } })
  }
}
