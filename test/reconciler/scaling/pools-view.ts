import { type Published, publishedIn } from '../../../reconciler/observe/published.ts'
import { records } from '../../../reconciler/observe/untyped.ts'
import { poolName } from '../../../routing/servers.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { at } from '../../support/at.ts'
import { CONFIG, CONFIG_MAP, type Stored, statefulSetsIn } from './pools-objects.ts'

/** What can be seen of a world from the API server. */
export abstract class WorldView {
  protected abstract readonly objects: ReadonlyMap<string, Stored>
  protected abstract readonly status: JsonObject

  /** Empty where there is none. */
  get config(): string {
    return String(at(this.objects.get(CONFIG_MAP)?.manifest, 'data', 'config.json') ?? '')
  }

  /** By pool, how many own servers the configuration has. */
  get published(): Readonly<Record<string, number>> {
    return this.#read?.routed ?? {}
  }

  /** In how many copies it has them. */
  get publishedCopies(): Readonly<Record<string, number>> {
    return this.#read?.copies ?? {}
  }

  /** In how many copies in zones it has those of a pool. */
  get publishedZones(): Readonly<Record<string, number>> {
    return this.#read?.zoned ?? {}
  }

  /** How many servers of others. */
  get publishedOthers(): Readonly<Record<string, number>> {
    const { external = {} } = this.#read ?? {}
    return Object.fromEntries(Object.entries(external).map(([pool, { length }]) => [pool, length]))
  }

  get #read(): Published | undefined {
    return publishedIn({ metadata: CONFIG, data: { 'config.json': this.config } })
  }

  /** Whether the status was written after what is published. */
  get isRecorded(): boolean {
    return at(this.status, 'config', 'digest') === this.#read?.digest
  }

  /** By pool, or pool and copy in a zone, how many servers it is to have by its StatefulSet. */
  get running(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      statefulSetsIn(this.objects.values()).map(({ pool, copy, replicas }) => [
        copy === undefined ? pool : `${pool}/${copy}`,
        replicas,
      ]),
    )
  }

  /** Of the pods of a pool; undefined where there is no StatefulSet. */
  template(pool: string): unknown {
    const name = `StatefulSet ${poolName({ name: 'cache' }, pool)}`
    return at(this.objects.get(name)?.manifest, 'spec', 'template')
  }

  /** Where the pods of a StatefulSet are to be. */
  nodeSelector(statefulSet: string): unknown {
    const { manifest } = this.objects.get(`StatefulSet ${statefulSet}`) ?? {}
    return at(manifest, 'spec', 'template', 'spec', 'nodeSelector')
  }

  /** The status, of the lists the items in one text. */
  get said(): JsonObject {
    const { servers } = this.status
    return { ...this.status, servers: Array.isArray(servers) ? servers.join() : '' }
  }

  /** What the status says of one condition. */
  condition(type: string): string {
    const found = records(this.status.conditions).find((one) => one.type === type)
    return `${found?.status} ${found?.reason}: ${found?.message}`
  }
}
