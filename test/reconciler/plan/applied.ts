import type { KubeObject, OwnerReference } from '../../../reconciler/kube/api.ts'
import type { Child } from '../../../reconciler/observe/child.ts'
import { type OwnedManifest, withOwner } from '../../../reconciler/plan/plan.ts'
import { render } from '../../../render/index.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

export const OWNER: OwnerReference = {
  apiVersion: 'mcrouter.example.com/v1alpha3',
  kind: 'Mcrouter',
  name: 'cache',
  uid: 'u-cache',
  controller: true,
}

/** What a Mcrouter with these differences from the defaults expands to. */
export function desiredOf(overrides: Parameters<typeof mcrouterWith>[0] = {}): OwnedManifest[] {
  const { manifests } = render(mcrouterWith(overrides), { clusterDomain: 'cluster.local' })
  return manifests.map((manifest) => withOwner(manifest, OWNER))
}

/** The object that an apply of the manifest makes. */
export function applied({ apiVersion, kind, metadata, ...rest }: OwnedManifest): Child {
  const { name, namespace, ...owned } = metadata
  return {
    apiVersion,
    kind,
    metadata: { ...metadata, name, namespace, uid: `u-${kind}-${name}`, resourceVersion: '7' },
    owned: structuredClone({ ...rest, metadata: owned }),
    appliedAt: 0,
    changedBy: '',
    replicas: 0,
    status: {},
    published: undefined,
  }
}

/** In the form in which caches keep it. */
export function cached({ replicas, ...child }: Child): KubeObject {
  return { ...child, spec: { replicas } }
}
