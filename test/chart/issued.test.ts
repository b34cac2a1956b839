import t from 'tap'
import { type Manifest, ofKind, render } from './chart.ts'

t.test('certificates of servers are issued where the chart is told to, under a policy', async (t) => {
  const manifests = await render('--set=rbac.issueCertificates=true')
  const policies = async (...values: string[]) =>
    ofKind(await render(...values), 'ValidatingAdmissionPolicy').map(({ metadata }) => metadata.name)
  const [policy = ''] = (await policies('--set=rbac.issueCertificates=true')).filter((name) =>
    name.endsWith('.issued'),
  )
  t.not(policy, '')
  t.notOk((await policies()).includes(policy), 'of no account without')
  const args = (all: readonly Manifest[]) =>
    JSON.stringify(ofKind(all, 'Deployment')).match(/--issue-certificates=\w+/g)
  t.same(args(manifests), ['--issue-certificates=on'], 'the reconciler alone is told')
  t.equal(args(await render()), null)
  const [workloads] = ofKind(manifests, 'ValidatingAdmissionPolicy').filter(({ metadata }) =>
    metadata.name.endsWith('.workloads'),
  )
  t.match(JSON.stringify(workloads?.spec), /secretName\.orValue\(''\) in variables\.issued/)
  await t.rejects(
    render('--set=rbac.issueCertificates=true,rbac.confineReconciler=false'),
    /rbac\.issueCertificates without rbac\.confineReconciler is a right to the token of every service account/,
  )
})
