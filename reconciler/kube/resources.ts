import {
  CONFIG_MAP,
  DAEMON_SET,
  DEPLOYMENT,
  HORIZONTAL_POD_AUTOSCALER,
  NETWORK_POLICY,
  POD_DISRUPTION_BUDGET,
  SERVICE,
  STATEFUL_SET,
} from '../../render/kinds.ts'
import { STORED } from '../../schemas/versions.ts'
import { KIND, PLURAL } from '../../schemas/well-known.ts'
import type { Resource } from './api.ts'

function resource(apiVersion: string, kind: string, plural: string): Resource {
  return { apiVersion, kind, plural }
}

// Every kind that the reconciler reads or writes; the RBAC rules of the chart are for these and no others.

export const mcrouters = resource(STORED.apiVersion, KIND, PLURAL)

// What a Mcrouter expands to is in the table.
export const configMaps: Resource = CONFIG_MAP
export const services: Resource = SERVICE
export const deployments: Resource = DEPLOYMENT
export const daemonSets: Resource = DAEMON_SET
export const statefulSets: Resource = STATEFUL_SET
export const horizontalPodAutoscalers: Resource = HORIZONTAL_POD_AUTOSCALER
export const podDisruptionBudgets: Resource = POD_DISRUPTION_BUDGET
export const networkPolicies: Resource = NETWORK_POLICY

export const pods = resource('v1', 'Pod', 'pods')
export const secrets = resource('v1', 'Secret', 'secrets')
/** Watched for whose a pod is; released while a workload with another selector is adopted. */
export const replicaSets = resource('apps/v1', 'ReplicaSet', 'replicasets')
/** Read and released only while a workload with another selector is adopted. */
export const controllerRevisions = resource('apps/v1', 'ControllerRevision', 'controllerrevisions')

/** One of them: that of Mcrouters. */
export const customResourceDefinitions = resource(
  'apiextensions.k8s.io/v1',
  'CustomResourceDefinition',
  'customresourcedefinitions',
)

export const leases = resource('coordination.k8s.io/v1', 'Lease', 'leases')
export const events = resource('events.k8s.io/v1', 'Event', 'events')
