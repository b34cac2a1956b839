// The names by which users, Kubernetes and other programs know the API and what belongs to it. None ever changes: objects in
// clusters, selectors and scripts hold them.

export const GROUP = 'mcrouter.example.com'
export const KIND = 'Mcrouter'
export const PLURAL = 'mcrouters'

// Labels of everything that a Mcrouter expands to: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/

/** The domain of the labels that Kubernetes recommends. */
export const COMMON_LABELS = 'app.kubernetes.io'
export const NAME_LABEL = `${COMMON_LABELS}/name`
/** Its value is the name of the Mcrouter. */
export const INSTANCE_LABEL = `${COMMON_LABELS}/instance`
/** Its value is the tier: mcrouter, memcached, or memcached-POOL of a further pool. */
export const COMPONENT_LABEL = `${COMMON_LABELS}/component`
/** Of what is in a zone: the place of the zone, from 0, which is that of the copy. */
export const COPY_LABEL = `${GROUP}/copy`
export const PART_OF_LABEL = `${COMMON_LABELS}/part-of`
export const MANAGED_BY_LABEL = `${COMMON_LABELS}/managed-by`
/** Value of that label on everything that is ours, and the field manager's name. */
export const MANAGED_BY = 'mcrouter-operator'

/** Of a node: https://kubernetes.io/docs/reference/labels-annotations-taints/#topologykubernetesiozone */
export const ZONE_LABEL = 'topology.kubernetes.io/zone'

// Annotations that people set on a Mcrouter.

/** `roll` moves the memcached pods of the Ansible operator to the new template, one by one. */
export const ADOPT_ANNOTATION = `${GROUP}/adopt`
/**
 * It may not be deleted, unless the value is "false". Any other slip of the pen protects, since the cost of that is one more
 * command.
 */
export const PROTECT_ANNOTATION = `${GROUP}/protect`
/** `true` lets its pool shrink although a router has not confirmed in time. */
export const SHRINK_UNCONFIRMED_ANNOTATION = `${GROUP}/shrink-unconfirmed`

/** Its value is a change that moves keys to other servers, as the refusal of that change printed it: then it is not refused. */
export const CONSENT_ANNOTATION = `${GROUP}/consent`

/** JSON of a list of peers of a NetworkPolicy: what access.from says in versions of the API that have it. */
export const ACCESS_ANNOTATION = `${GROUP}/access`

// Annotations that a conversion sets.

/** On a Mcrouter of another version: its spec as it was in this one, of which the other cannot say all. */
export function specAnnotation({ name }: { readonly name: string }): string {
  return `${GROUP}/${name}`
}

// Annotations that the reconciler sets.

/**
 * On a Mcrouter: names, separated by commas, of ReplicaSets whose routers serve until those of the new Deployment do. It is
 * all that a later pass, or another process, needs to know.
 */
export const RETIRING_ANNOTATION = `${GROUP}/retiring`
/**
 * On the StatefulSet and the ConfigMap: metadata.generation of the Mcrouter from which they were last planned. Each change of
 * a spec so writes both, even where nothing else in them differs, and whatever was decided about them before has a
 * resourceVersion that is no longer theirs.
 */
export const GENERATION_ANNOTATION = `${GROUP}/generation`
/** On router pods: the configuration that kubelet is to project into them at once. */
export const NUDGE_ANNOTATION = `${GROUP}/config`
