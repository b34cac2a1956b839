import type { Resource } from './api.ts'

function namespaced(apiVersion: string, kind: string, plural: string): Resource {
  return { apiVersion, kind, plural, namespaced: true }
}

/** Every kind that the reconciler reads or writes; the RBAC rules of the chart are for these and no others. */
export const mcrouters = namespaced('mcrouter.example.com/v1alpha3', 'Mcrouter', 'mcrouters')

export const configMaps = namespaced('v1', 'ConfigMap', 'configmaps')
export const pods = namespaced('v1', 'Pod', 'pods')
export const secrets = namespaced('v1', 'Secret', 'secrets')
export const services = namespaced('v1', 'Service', 'services')
export const deployments = namespaced('apps/v1', 'Deployment', 'deployments')
export const statefulSets = namespaced('apps/v1', 'StatefulSet', 'statefulsets')
/** Read and released only while a workload with another selector is taken over. */
export const replicaSets = namespaced('apps/v1', 'ReplicaSet', 'replicasets')
export const controllerRevisions = namespaced('apps/v1', 'ControllerRevision', 'controllerrevisions')
export const podDisruptionBudgets = namespaced('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets')

export const leases = namespaced('coordination.k8s.io/v1', 'Lease', 'leases')
export const events = namespaced('events.k8s.io/v1', 'Event', 'events')

/** The kinds that a Mcrouter expands to, by kind. */
export const childResources: ReadonlyMap<string, Resource> = new Map(
  [configMaps, services, statefulSets, deployments, podDisruptionBudgets].map((one) => [one.kind, one]),
)
