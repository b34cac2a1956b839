import { readFile } from 'node:fs/promises'
import t from 'tap'
import { isJsonObject } from '../../schemas/json.ts'
import { type Manifest, ofKind, render } from './chart.ts'

// docs/rights.md lists every right of the reconciler, and which values do without it, and every right of the exporter.

const text = await readFile(new URL('../../docs/rights.md', import.meta.url), 'utf8')
const [ofReconciler = '', ofExporter = ''] = text.split('## The exporter')
const ACCOUNT = 'op-mcrouter-operator-reconciler'

interface Row {
  /** `VERB RESOURCE`, one for each. */
  readonly rights: readonly string[]
  /** Values for Helm; `never`, or `default` for what the defaults do not grant. */
  readonly goneWith: string
}

function rowsOf(markdown: string): Row[] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('| `'))
  return lines.map((line) => {
    const [, right = '', , gone = ''] = line.split('|').map((cell) => cell.trim())
    const [resources = '', verbs = ''] = right.split(': ')
    const named = resources.split(', ').map((resource) => resource.replaceAll('`', ''))
    const rights = named.flatMap((resource) => verbs.split(', ').map((verb) => `${verb} ${resource}`))
    return { rights, goneWith: gone.replaceAll('`', '') }
  })
}

/** What the roles bound to the account grant. */
function rightsIn(manifests: readonly Manifest[], account = ACCOUNT): Set<string> {
  const bindings = [...ofKind(manifests, 'RoleBinding'), ...ofKind(manifests, 'ClusterRoleBinding')]
  const bound = bindings.filter(({ subjects }) => JSON.stringify(subjects).includes(`"${account}"`))
  const roles = bound.map(({ roleRef }) => (isJsonObject(roleRef) ? `${roleRef.kind} ${roleRef.name}` : ''))
  const rules = manifests
    .filter(({ kind, metadata }) => roles.includes(`${kind} ${metadata.name}`))
    .flatMap((role) => (Array.isArray(role.rules) ? role.rules : []))
  return new Set(
    rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource: string) => verbs.map((verb: string) => `${verb} ${resource}`)),
    ),
  )
}

const rows = rowsOf(ofReconciler)
const byDefault = rightsIn(await render())

t.test('every right that the chart grants is in the table, and no other', async (t) => {
  const listed = rows.filter(({ goneWith }) => goneWith !== 'default').flatMap(({ rights }) => rights)
  t.strictSame(listed.toSorted(), [...byDefault].toSorted())
})

t.test('of the exporter too', async (t) => {
  const granted = rightsIn(await render('--set=exporter.enabled=true'), 'op-mcrouter-operator-exporter')
  t.strictSame(
    rowsOf(ofExporter)
      .flatMap(({ rights }) => rights)
      .toSorted(),
    [...granted].toSorted(),
  )
})

t.test('those that the defaults do without', async (t) => {
  const more = rightsIn(
    await render('--set=rbac.ownerReferencesPermissionEnforcement=true,rbac.issueCertificates=true'),
  )
  const listed = rows.filter(({ goneWith }) => goneWith === 'default').flatMap(({ rights }) => rights)
  t.strictSame(listed.toSorted(), [...more].filter((right) => !byDefault.has(right)).toSorted())
})

t.test('an operator of other namespaces writes events in its own while it registers the CA', async (t) => {
  const eventsAt = async (...values: string[]) =>
    [...ofKind(await render('--set=watchNamespaces={red}', ...values), 'Role')]
      .filter(({ rules }) => JSON.stringify(rules).includes('"events"'))
      .map(({ metadata }) => metadata.namespace)
      .toSorted()
  t.strictSame(await eventsAt(), ['red', 'system'])
  t.strictSame(await eventsAt('--set=certificates.mode=cert-manager'), ['red'])
  t.strictSame(await eventsAt('--set=watchNamespaces={red,system}'), ['red', 'system'], 'not twice')
})

for (const { rights, goneWith } of rows.filter((row) => !['never', 'default'].includes(row.goneWith))) {
  t.test(`with ${goneWith} there is no right to ${rights.join(', ')}`, async (t) => {
    const left = rightsIn(await render(`--set=${goneWith}`))
    t.strictSame(
      rights.filter((right) => left.has(right)),
      [],
    )
  })
}
