import { MANAGED_BY } from '../../render/labels.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { GROUP, KIND } from '../../schemas/v1alpha3.ts'
import type { KubeObject, OwnerReference } from '../kube/api.ts'
import { record, records, text } from '../observe/reading.ts'

/** Whose an object is that has the name of one of ours. */
export type Origin =
  /** Made for this Mcrouter by this operator. */
  | 'ours'
  /** Made for this Mcrouter by the Ansible operator, geerlingguy/mcrouter-operator. */
  | 'predecessor'
  /** Somebody else's: never touched. */
  | 'foreign'

export function originOf(object: KubeObject, mcrouter: string): Origin {
  const owners = object.metadata.ownerReferences ?? []
  const mine = owners.some((owner) => isMcrouter(owner) && owner.name === mcrouter)
  if (!mine && owners.length > 0) return 'foreign'
  const labels = object.metadata.labels ?? {}
  if (
    labels['app.kubernetes.io/managed-by'] === MANAGED_BY &&
    labels['app.kubernetes.io/instance'] === mcrouter
  ) {
    return 'ours'
  }
  if (looksLikePredecessors(object, mcrouter)) return 'predecessor'
  return mine ? 'ours' : 'foreign'
}

/** By name, not by uid: a Mcrouter that is restored from a backup is the same to its owner. */
function isMcrouter({ apiVersion, kind }: OwnerReference): boolean {
  return kind === KIND && apiVersion.startsWith(`${GROUP}/`)
}

/** What the templates of that operator make (roles/mcrouter/templates at its commit 5caa145), whose CR it is by name alone. */
function looksLikePredecessors({ kind, spec = {} }: KubeObject, mcrouter: string): boolean {
  if (kind === 'Deployment') return selects(spec, 'mcrouter') && runs(spec, 'mcrouter', '--config-str=')
  if (kind === 'StatefulSet') return selects(spec, `${mcrouter}-cache`) && runs(spec, 'memcached', '')
  return kind === 'Service' && record(spec.selector).app === `${mcrouter}-cache`
}

function selects(spec: JsonObject, app: string): boolean {
  const { app: selected, ...others } = record(record(spec.selector).matchLabels)
  return selected === app && Object.keys(others).length === 0
}

/** Whether the pods have a container of that name with a command of that name and an argument that begins so. */
function runs(spec: JsonObject, command: string, argument: string): boolean {
  const containers = records(record(record(spec.template).spec).containers)
  return containers.some(({ name, command: words }) => {
    const [program, ...rest] = Array.isArray(words) ? words.map(text) : []
    return name === command && program === command && rest.some((word) => word.startsWith(argument))
  })
}

/** `Deployment web/cache`, and whose it is where that is known, for a message. */
export function describe(object: KubeObject): string {
  const { namespace, name, ownerReferences = [] } = object.metadata
  const owner = ownerReferences.find(isJsonObject)
  const whose = owner === undefined ? '' : ` of ${owner.kind} ${owner.name}`
  return `${object.kind} ${namespace}/${name}${whose}`
}
