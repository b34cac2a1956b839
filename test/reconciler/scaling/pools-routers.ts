import type { Pod } from '../../../reconciler/observe/pod.ts'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { records } from '../../../reconciler/observe/untyped.ts'
import type { AskRouters } from '../../../reconciler/routers/confirm.ts'
import { at } from '../../support/at.ts'
import { routerPod } from '../owned.ts'
import { routerPods } from '../pod.ts'
import { CONFIG } from './pools-objects.ts'

/** Two routers: the configuration that each runs, and whether the caches show it. */
export class WorldRouters {
  /** Empty before it has one. */
  readonly #configs = ['', '']
  readonly #unseen = new Set<number>()

  reload(router: number, config: string): void {
    this.#configs[router] = config
  }

  /** A watch falls behind by one of them, or catches up. */
  toggleSeen(router: number): void {
    if (!this.#unseen.delete(router)) this.#unseen.add(router)
  }

  showAll(): void {
    this.#unseen.clear()
  }

  /** As the API server has them. */
  get live(): Pod[] {
    const routers = routerPods(this.#configs.length)
    return routers.map((pod) => ({ ...pod, metadata: routerPod(pod.metadata.name).metadata }))
  }

  /** As the caches show them. */
  get seen(): Pod[] {
    return this.live.filter((_, router) => !this.#unseen.has(router))
  }

  /** By router and pool, how many servers it uses. */
  get routed(): readonly unknown[] {
    return this.#configs.map(
      (config) => publishedIn({ metadata: CONFIG, data: { 'config.json': config } })?.routed,
    )
  }

  /** Names of the pods of all servers that one of them uses. */
  get servers(): readonly string[] {
    return this.#configs.filter((config) => config !== '').flatMap(serversIn)
  }

  readonly confirm: AskRouters = async (routers, digest) =>
    routers.map(({ pod }) => {
      const config = this.#configs[Number(pod.slice('r-'.length))] ?? ''
      const runs = publishedIn({ metadata: CONFIG, data: { 'config.json': config } })?.digest
      return { pod, runs: runs === digest ? 'published' : 'old' }
    })
}

function serversIn(config: string): string[] {
  const pools = Object.values(Object(at(JSON.parse(config), 'pools')))
  const servers = records(pools).flatMap((pool) => (Array.isArray(pool.servers) ? pool.servers : []))
  return servers.map(podOfServer)
}

/** Name of the pod of a server, of its host name or its address. */
export function podOfServer(server: unknown): string {
  return String(server).split('.', 1)[0] ?? ''
}
