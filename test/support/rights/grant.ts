import type { JsonObject } from '../../../schemas/json.ts'
import type { Client } from '../../../testing/control-plane/client.ts'
import { object, objects } from '../../../testing/kubelet/pod-status.ts'

/** One verb on one resource, as narrow as a rule of RBAC can say it. */
export interface Grant {
  readonly verb: string
  readonly group: string
  /** With its subresource: mcrouters/status. */
  readonly resource: string
  /** Undefined for any. */
  readonly name: string | undefined
  /** Undefined for all, and for cluster-scoped resources. */
  readonly namespace: string | undefined
}

const RBAC = '/apis/rbac.authorization.k8s.io/v1'

/** Everything that bindings to a service account itself grant it; not what all authenticated users may. */
export async function grantsOf(client: Client, namespace: string, account: string): Promise<Grant[]> {
  const grants: Grant[] = []
  for (const plural of ['rolebindings', 'clusterrolebindings']) {
    const { body } = await client.request('GET', `${RBAC}/${plural}`)
    for (const binding of objects(body.items)) {
      const isBound = objects(binding.subjects).some(
        (subject) =>
          subject.kind === 'ServiceAccount' && subject.namespace === namespace && subject.name === account,
      )
      if (isBound) grants.push(...(await grantedBy(client, binding)))
    }
  }
  return grants
}

async function grantedBy(client: Client, binding: JsonObject): Promise<Grant[]> {
  const { kind, name } = object(binding.roleRef)
  const { namespace } = object(binding.metadata)
  const path = kind === 'Role' ? `namespaces/${namespace}/roles/${name}` : `clusterroles/${name}`
  const { status, body, text } = await client.request('GET', `${RBAC}/${path}`)
  if (status !== 200) throw new Error(text)
  const within = typeof namespace === 'string' ? namespace : undefined
  return objects(body.rules).flatMap((rule) => grantsIn(rule, within))
}

function grantsIn(rule: JsonObject, namespace: string | undefined): Grant[] {
  const names = rule.resourceNames === undefined ? [undefined] : strings(rule.resourceNames)
  return strings(rule.apiGroups).flatMap((group) =>
    strings(rule.resources).flatMap((resource) =>
      strings(rule.verbs).flatMap((verb) =>
        names.map((name) => ({ verb, group, resource, name, namespace })),
      ),
    ),
  )
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** `patch secrets system/op-ca`, as a person would say it. */
export function titleOf({ verb, group, resource, name, namespace }: Grant): string {
  const what = group === '' ? resource : `${resource}.${group}`
  const where = [namespace, name].filter((part) => part !== undefined).join('/')
  return [verb, what, where].filter((part) => part !== '').join(' ')
}

/** Whether a right that was made use of is this one. */
export function covers(grant: Grant, use: Grant): boolean {
  return (
    grant.verb === use.verb &&
    grant.group === use.group &&
    grant.resource === use.resource &&
    (grant.name === undefined || grant.name === use.name) &&
    (grant.namespace === undefined || grant.namespace === use.namespace)
  )
}
