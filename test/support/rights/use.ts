import type { AuditEvent } from '../../../testing/control-plane/audit.ts'
import { object, objects } from '../../../testing/kubelet/pod-status.ts'
import type { Grant } from './grant.ts'

/** The rights that a call needed; more than one where the API server asks for others on the way. */
export function usesOf(event: AuditEvent): Grant[] {
  const { verb, code } = event
  const { group, resource, subresource, namespace, name } = event.object
  const use: Grant = {
    verb,
    group,
    resource: subresource === '' ? resource : `${resource}/${subresource}`,
    // A create says the name in the body alone, and so RBAC does not know it.
    name: verb === 'create' ? undefined : name,
    namespace: namespace === '' ? undefined : namespace,
  }
  // A server-side apply of what does not exist: k8s.io/apiserver pkg/endpoints/handlers/patch.go.
  const created: Grant[] = verb === 'patch' && code === 201 ? [{ ...use, verb: 'create' }] : []
  return [use, ...created, ...askedForOwners(event, use)]
}

/**
 * What the admission plugin OwnerReferencesPermissionEnforcement asks for (kubernetes plugin/pkg/admission/gc): who gives
 * an object other owners decides when it is deleted, and who blocks the deletion of an owner has a say in its finalizers.
 */
function askedForOwners({ requestObject, object: { namespace } }: AuditEvent, use: Grant): Grant[] {
  const owners = objects(object(requestObject?.metadata).ownerReferences)
  // An apply says the kind and repeats the owners that are there; a merge patch names them only to change them.
  const reowned = use.verb === 'patch' && owners.length > 0 && requestObject?.kind === undefined
  const blocked = owners
    .filter((owner) => owner.kind === 'Mcrouter' && owner.blockOwnerDeletion === true)
    .map(({ apiVersion, name }) => ({
      verb: 'update',
      group: String(apiVersion).split('/')[0] ?? '',
      resource: 'mcrouters/finalizers',
      name: String(name),
      namespace,
    }))
  return reowned ? [{ ...use, verb: 'delete' }, ...blocked] : blocked
}
