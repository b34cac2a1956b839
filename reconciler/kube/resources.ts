import { API_VERSION } from '../../schemas/v1alpha3/spec.ts'
import { KIND, PLURAL } from '../../schemas/well-known.ts'
import type { Resource } from './api.ts'

function resource(apiVersion: string, kind: string, plural: string): Resource {
  return { apiVersion, kind, plural }
}

/** Every kind that the reconciler reads or writes; the RBAC rules of the chart are for these and no others. */
export const mcrouters = resource(API_VERSION, KIND, PLURAL)

export const configMaps = resource('v1', 'ConfigMap', 'configmaps')
export const pods = resource('v1', 'Pod', 'pods')
export const secrets = resource('v1', 'Secret', 'secrets')
export const services = resource('v1', 'Service', 'services')
export const deployments = resource('apps/v1', 'Deployment', 'deployments')
export const statefulSets = resource('apps/v1', 'StatefulSet', 'statefulsets')
/** Watched for whose a pod is; released while a workload with another selector is adopted. */
export const replicaSets = resource('apps/v1', 'ReplicaSet', 'replicasets')
/** Read and released only while a workload with another selector is adopted. */
export const controllerRevisions = resource('apps/v1', 'ControllerRevision', 'controllerrevisions')
export const podDisruptionBudgets = resource('policy/v1', 'PodDisruptionBudget', 'poddisruptionbudgets')

export const leases = resource('coordination.k8s.io/v1', 'Lease', 'leases')
export const events = resource('events.k8s.io/v1', 'Event', 'events')

/** The kinds that a Mcrouter expands to, by kind. */
export const childResources: ReadonlyMap<string, Resource> = new Map(
  [configMaps, services, statefulSets, deployments, podDisruptionBudgets].map((one) => [one.kind, one]),
)
