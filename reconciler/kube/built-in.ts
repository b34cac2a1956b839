import type {
  V1ConfigMap,
  V1ContainerStatus,
  V1DaemonSet,
  V1DaemonSetStatus,
  V1Deployment,
  V1DeploymentStatus,
  V1Pod,
  V1StatefulSet,
  V1StatefulSetStatus,
} from '@kubernetes/client-node'
import type { KubeObject } from './api.ts'

/**
 * A type of the Kubernetes client, as JSON carries it: times are text (the client's own parser makes Dates of them), and
 * nothing is sure to be there, as every release of Kubernetes may add a field and an object may lack it.
 */
export type Wire<Type> = Type extends Date
  ? string
  : Type extends readonly (infer Item)[]
    ? readonly Wire<Item>[]
    : Type extends object
      ? { readonly [Field in keyof Type]?: Wire<Type[Field]> }
      : Type

interface BuiltIn {
  readonly ConfigMap: V1ConfigMap
  readonly DaemonSet: V1DaemonSet
  readonly Deployment: V1Deployment
  readonly Pod: V1Pod
  readonly StatefulSet: V1StatefulSet
}

/** Of a StatefulSet, a Deployment or a DaemonSet: what the one has beyond the others is not there. */
export type WorkloadStatus = Wire<
  Omit<V1StatefulSetStatus, 'conditions'> &
    V1DeploymentStatus &
    Partial<Omit<V1DaemonSetStatus, 'conditions'>>
>

export type ContainerStatus = Wire<V1ContainerStatus>

export type BuiltInObject<Kind extends keyof BuiltIn> = KubeObject & Wire<BuiltIn[Kind]>

/**
 * Whether an object that the API server sent is of that kind. Then its fields have the types of the client: the API server
 * checks whatever is written to a built-in kind against the schema from which the client is generated.
 */
export function isOfKind<Kind extends keyof BuiltIn>(
  object: KubeObject,
  kind: Kind,
): object is BuiltInObject<Kind> {
  return object.kind === kind
}

/** The condition of that type in a status, as apimachinery's meta.FindStatusCondition. */
export function findCondition<Condition extends { readonly type?: string }>(
  { conditions = [] }: { readonly conditions?: readonly Condition[] },
  type: string,
): Condition | undefined {
  return conditions.find((one) => one.type === type)
}
