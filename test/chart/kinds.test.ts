import t from 'tap'
import { DEFINITIONS } from '../../certs/conversion.ts'
import type { Resource } from '../../reconciler/kube/api.ts'
import * as resources from '../../reconciler/kube/resources.ts'
import { KINDS } from '../../render/kinds.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { atPath } from '../support/at.ts'
import { type Manifest, ofKind, render } from './chart.ts'

// What the chart grants follows from the table of kinds.

/** Watches, applies (create and patch), prunes and adopts (delete); reads whole what caches have in outline. */
const VERBS = ['create', 'delete', 'get', 'list', 'patch', 'watch']
const CASES = [
  [],
  ['--set=watchNamespaces={red}'],
  ['--set=rbac.adopt=false,reconciler.confirmRouters=false,certificates.mode=cert-manager'],
  ['--set=rbac.ownerReferencesPermissionEnforcement=true'],
]

function qualified({ apiVersion, plural }: Resource): string {
  return `${plural}.${groupOf(apiVersion)}`
}

function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : ''
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** Verbs by `plural.group` that the reconciler has on any object of it. */
function rightsIn(manifests: readonly Manifest[]): Map<string, readonly string[]> {
  const rights = new Map<string, readonly string[]>()
  const roles = [...ofKind(manifests, 'Role'), ...ofKind(manifests, 'ClusterRole')]
  const bound = [...ofKind(manifests, 'RoleBinding'), ...ofKind(manifests, 'ClusterRoleBinding')]
    .filter(({ subjects }) => JSON.stringify(subjects).includes('-reconciler"'))
    .map((binding) => `${atPath(binding, 'roleRef.kind')} ${atPath(binding, 'roleRef.name')}`)
  for (const role of roles.filter(({ kind, metadata }) => bound.includes(`${kind} ${metadata.name}`))) {
    for (const rule of Array.isArray(role.rules) ? role.rules.filter(isJsonObject) : []) {
      const named = texts(rule.apiGroups).flatMap((group) =>
        texts(rule.resources).map((resource) => `${resource}.${group}`),
      )
      for (const name of named) rights.set(name, [...(rights.get(name) ?? []), ...texts(rule.verbs)])
    }
  }
  return rights
}

for (const values of CASES) {
  t.test(`the reconciler's roles with ${values.join(' ') || 'defaults'}`, async (t) => {
    const rights = rightsIn(await render(...values))
    for (const kind of KINDS.values()) {
      t.strictSame(rights.get(qualified(kind))?.toSorted(), VERBS, `${kind.kind}: all that it takes, once`)
    }
    const known = Object.values(resources).map(qualified)
    const registered = ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'].map(
      (plural) => `${plural}.admissionregistration.k8s.io`,
    )
    const granted = [...rights.keys()].map((name) => name.replace(/\/\w+/, ''))
    t.strictSame(
      granted.filter((name) => ![...known, ...registered, qualified(DEFINITIONS)].includes(name)),
      [],
      'of no kind that it does not know',
    )
    const made = [...rights].filter(([, verbs]) => verbs.includes('create') && verbs.includes('delete'))
    t.strictSame(
      made.map(([name]) => name).toSorted(),
      [...KINDS.values()].map(qualified).toSorted(),
      'it makes and deletes objects of no other kind',
    )
  })
}

t.test('the policy that confines it covers each kind', async (t) => {
  const policies = ofKind(await render(), 'ValidatingAdmissionPolicy')
  const objects = policies.find(({ metadata }) => metadata.name.endsWith('.objects'))
  const rules = atPath(objects, 'spec.matchConstraints.resourceRules')
  const covered = (Array.isArray(rules) ? rules.filter(isJsonObject) : []).flatMap((rule) => {
    const groups = texts(rule.apiGroups).flatMap((group) =>
      texts(rule.apiVersions).map((version) => (group === '' ? version : `${group}/${version}`)),
    )
    return groups.flatMap((apiVersion) =>
      texts(rule.resources).map((resource) => `${apiVersion} ${resource}`),
    )
  })
  for (const { apiVersion, plural } of KINDS.values())
    t.ok(covered.includes(`${apiVersion} ${plural}`), plural)
})
