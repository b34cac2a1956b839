import type { KubeObject } from '../../../reconciler/kube/api.ts'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { publishedIn } from '../../../reconciler/observe/published.ts'
import { records } from '../../../reconciler/observe/untyped.ts'
import type { AskRouters } from '../../../reconciler/routers/confirm.ts'
import { copyOfObject } from '../../../render/names.ts'
import { routePrefix } from '../../../routing/route-prefix.ts'
import { COPY_LABEL } from '../../../schemas/well-known.ts'
import { at } from '../../support/at.ts'
import { changed, replicaSet, routerPod } from '../owned.ts'
import { podWith } from '../pod.ts'
import { CONFIG } from './pools-objects.ts'

interface Router {
  readonly name: string
  readonly deployment: string
  /** Place of its zone; undefined where it is in none. */
  readonly zone: number | undefined
  /** Empty before it has one. */
  readonly config: string
  /** Its Deployment is gone, and it still serves those who are connected. */
  readonly leaving: boolean
}

/** The routers, two of a Deployment and one of that of a zone: the configuration that each runs, and whether the caches show it. */
export class WorldRouters {
  #routers: readonly Router[] = []
  #made = 0
  readonly #unseen = new Set<string>()

  /** The controllers of Deployments make and delete their pods. */
  follow(deployments: readonly string[]): void {
    const stays = ({ deployment, leaving }: Router) => !leaving && deployments.includes(deployment)
    const known = new Set(this.#routers.filter(stays).map(({ deployment }) => deployment))
    const made = deployments
      .filter((deployment) => !known.has(deployment))
      .flatMap((deployment) => this.#podsOf(deployment))
    const before = this.#routers.map((router) => ({ ...router, leaving: !stays(router) }))
    this.#routers = [...before, ...made]
  }

  #podsOf(deployment: string): Router[] {
    const zone = copyOfObject({ name: 'cache' }, { kind: 'Deployment', metadata: { name: deployment } })
    return Array.from({ length: zone === undefined ? 2 : 1 }, () => {
      const name = `r-${this.#made}`
      this.#made += 1
      return { name, deployment, zone, config: '', leaving: false }
    })
  }

  /** One that is leaving has no clients any more. */
  leave(): void {
    const [first] = this.#routers.filter(({ leaving }) => leaving)
    this.#routers = this.#routers.filter((router) => router !== first)
  }

  leaveAll(): void {
    this.#routers = this.#routers.filter(({ leaving }) => !leaving)
  }

  reload(router: number, config: string): void {
    this.#routers = this.#routers.map((one, index) =>
      index === router && !one.leaving && isReadable(config, one) ? { ...one, config } : one,
    )
  }

  reloadAll(config: string): void {
    for (const index of this.#routers.keys()) this.reload(index, config)
  }

  /** A watch falls behind by one of them, or catches up. */
  toggleSeen(router: number): void {
    const name = this.#routers[router]?.name
    if (name !== undefined && !this.#unseen.delete(name)) this.#unseen.add(name)
  }

  showAll(): void {
    this.#unseen.clear()
  }

  /** As the API server has them. */
  get live(): Pod[] {
    return this.#routers.map(({ name, deployment, zone, leaving }) => {
      const { metadata } = inZone(routerPod(name), zone, deployment)
      return { ...podWith({ component: 'mcrouter', name, deleting: leaving }), metadata }
    })
  }

  get replicaSets(): KubeObject[] {
    return this.#routers.map(({ deployment, zone }) =>
      inZone(replicaSet(`u-Deployment-${deployment}`), zone, deployment),
    )
  }

  /** As the caches show them. */
  get seen(): Pod[] {
    return this.live.filter(({ metadata }) => !this.#unseen.has(metadata.name))
  }

  /** By router and pool, how many servers it uses. */
  get routed(): readonly unknown[] {
    return this.#routers.map(
      ({ config }) => publishedIn({ metadata: CONFIG, data: { 'config.json': config } })?.routed,
    )
  }

  /** Names of the pods of all servers that one of them uses. */
  get servers(): readonly string[] {
    return this.#routers.flatMap(({ config }) => (config === '' ? [] : serversIn(config)))
  }

  readonly confirm: AskRouters = async (routers, digest) =>
    routers.map(({ pod }) => {
      const config = this.#routers.find(({ name }) => name === pod)?.config ?? ''
      const runs = publishedIn({ metadata: CONFIG, data: { 'config.json': config } })?.digest
      return { pod, runs: runs === digest ? 'published' : 'old' }
    })
}

/** mcrouter refuses routes among which that of its own prefix is not, and goes on with the configuration from before. */
function isReadable(config: string, { zone = 0 }: Router): boolean {
  const { route, routes } = Object(JSON.parse(config))
  return route !== undefined || Object.hasOwn(Object(routes), routePrefix(zone))
}

/** A pod or a ReplicaSet as that of the Deployment of a zone. */
function inZone(object: KubeObject, zone: number | undefined, deployment: string): KubeObject {
  if (zone === undefined) return object
  const { name, labels } = object.metadata
  const set = `${deployment}-abc`
  const isSet = object.kind === 'ReplicaSet'
  const [owner] = object.metadata.ownerReferences ?? []
  const of = isSet ? { name: deployment } : { name: set, uid: `u-${set}` }
  return changed(object, {
    name: isSet ? set : name,
    uid: isSet ? `u-${set}` : object.metadata.uid,
    labels: { ...labels, [COPY_LABEL]: `${zone}` },
    ...(owner && { ownerReferences: [{ ...owner, ...of }] }),
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
