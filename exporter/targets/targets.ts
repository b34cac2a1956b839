import type { KubeObject, ObjectKey } from '../../reconciler/kube/api.ts'
import { keyText } from '../../reconciler/kube/object.ts'
import { controllerOf } from '../../reconciler/observe/controller-ref.ts'
import { copyOfObject, namesOf, poolOfObject } from '../../render/names.ts'
import { POOL_SIZE } from '../../schemas/pool-size.ts'
import { type Address, addressText } from './address.ts'
import { ByUid } from './by-uid.ts'
import { layoutsIn, type PodSource, podSourceIn } from './sources.ts'
import { type Layouts, placeOf, type Target } from './target.ts'

/** A workload or a ReplicaSet. */
interface Owned {
  readonly namespace: string
  readonly name: string
  /** uid of its controller. */
  readonly owner: string | undefined
}

interface Mcrouter {
  readonly namespace: string
  readonly name: string
  readonly layouts: Layouts
}

type Pod = PodSource & Owned

/** Kinds of which owner references lead from a pod to a Mcrouter. */
export type Link = 'StatefulSet' | 'Deployment' | 'ReplicaSet' | 'DaemonSet'

/**
 * Which pods may be asked: those that a Mcrouter has by way of owner references, from uid to uid, within its namespace. Labels
 * prove nothing, and neither does an address.
 */
export class Targets {
  readonly #mcrouters = new ByUid<Mcrouter>()
  readonly #links: Readonly<Record<Link, ByUid<Owned>>> = {
    StatefulSet: new ByUid(),
    Deployment: new ByUid(),
    ReplicaSet: new ByUid(),
    DaemonSet: new ByUid(),
  }
  readonly #pods = new Map<string, Pod>()
  /** Keys of pods by address: one that is deleted may not be forgotten yet when the next has its address. */
  readonly #byAddress = new Map<string, Set<string>>()

  /** @param after as sources.ts keeps it; undefined when it is gone */
  mcrouterChanged(key: ObjectKey, after: KubeObject | undefined): void {
    const { namespace = '', name } = key
    if (after === undefined) this.#mcrouters.delete(keyText(key))
    else this.#mcrouters.set(keyText(key), after.metadata.uid, { namespace, name, layouts: layoutsIn(after) })
  }

  linkChanged(link: Link, key: ObjectKey, after: KubeObject | undefined): void {
    const links = this.#links[link]
    if (after === undefined) links.delete(keyText(key))
    else links.set(keyText(key), after.metadata.uid, ownedIn(key, after))
  }

  podChanged(key: ObjectKey, after: KubeObject | undefined): void {
    const text = keyText(key)
    this.#forget(text)
    const source = after && podSourceIn(after)
    if (after === undefined || source === undefined) return
    const pod = { ...source, ...ownedIn(key, after) }
    this.#pods.set(text, pod)
    for (const address of addressesOf(pod)) {
      const keys = this.#byAddress.get(address) ?? new Set()
      this.#byAddress.set(address, keys.add(text))
    }
  }

  /** By the port at which it is asked, or that with TLS beside it. Undefined also where several say that they have the address: nobody can tell which of them would answer. */
  find(address: Address): Target | undefined {
    const keys = this.#byAddress.get(addressText(address)) ?? []
    const [found, ...others] = [...keys].flatMap((key) => this.#targetOf(this.#pods.get(key)) ?? [])
    return others.length === 0 ? found : undefined
  }

  /** How many there are of each tier. */
  get count(): { readonly mcrouter: number; readonly memcached: number } {
    const count = { mcrouter: 0, memcached: 0 }
    for (const pod of this.#pods.values()) if (this.#targetOf(pod) !== undefined) count[pod.component] += 1
    return count
  }

  #forget(key: string): void {
    const pod = this.#pods.get(key)
    if (pod === undefined) return
    this.#pods.delete(key)
    for (const address of addressesOf(pod)) {
      const keys = this.#byAddress.get(address)
      keys?.delete(key)
      if (keys?.size === 0) this.#byAddress.delete(address)
    }
  }

  #targetOf(pod: Pod | undefined): Target | undefined {
    if (pod === undefined) return undefined
    return pod.component === 'mcrouter' ? this.#routerOf(pod) : this.#serverOf(pod)
  }

  #routerOf(pod: Pod): Target | undefined {
    const replicaSet = within(pod, this.#links.ReplicaSet.get(pod.owner))
    const workload = within(
      pod,
      this.#links.Deployment.get(replicaSet?.owner) ?? this.#links.DaemonSet.get(pod.owner),
    )
    const mcrouter = within(pod, this.#mcrouters.get(workload?.owner))
    if (mcrouter === undefined || workload === undefined || !isOfRouters(mcrouter, workload)) return undefined
    return targetOf(pod, mcrouter, undefined)
  }

  #serverOf(pod: Pod): Target | undefined {
    const statefulSet = within(pod, this.#links.StatefulSet.get(pod.owner))
    const mcrouter = within(pod, this.#mcrouters.get(statefulSet?.owner))
    if (statefulSet === undefined || mcrouter === undefined) return undefined
    const object = { kind: 'StatefulSet', metadata: { name: statefulSet.name } }
    const pool = poolOfObject(mcrouter, object)
    const digits = pod.name.slice(statefulSet.name.length + 1)
    const isNumbered = pod.name.startsWith(`${statefulSet.name}-`) && /^(0|[1-9]\d{0,3})$/.test(digits)
    const ordinal = Number(digits)
    if (pool === undefined || !isNumbered || ordinal >= POOL_SIZE.maximum) return undefined
    return targetOf(pod, mcrouter, placeOf(pool, ordinal, mcrouter.layouts, copyOfObject(mcrouter, object)))
  }
}

/** Whether a Mcrouter has routers by a workload of that name: all of them, or those of a zone. */
function isOfRouters(mcrouter: Pick<Mcrouter, 'name'>, { name }: Owned): boolean {
  const deployment = { kind: 'Deployment', metadata: { name } }
  return name === namesOf(mcrouter).routers || copyOfObject(mcrouter, deployment) !== undefined
}

function targetOf(
  { host, port, tls, tlsPort }: Pod,
  { namespace, name, layouts }: Mcrouter,
  place: Target['place'],
): Target {
  return { namespace, mcrouter: name, place, host, port, tls, tlsPort, layouts }
}

function addressesOf({ host, port, tlsPort }: Pod): string[] {
  return [port, ...(tlsPort === 0 ? [] : [tlsPort])].map((one) => addressText({ host, port: one }))
}

/** Owner references hold within a namespace; anybody can write any uid into one. */
function within<T extends { readonly namespace: string }>(pod: Pod, owner: T | undefined): T | undefined {
  return owner?.namespace === pod.namespace ? owner : undefined
}

function ownedIn({ namespace = '', name }: ObjectKey, { metadata }: KubeObject): Owned {
  return { namespace, name, owner: controllerOf(metadata)?.uid }
}
