import t from 'tap'
import { customResourceDefinition } from '../../schemas/generate/crd.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import { atPath } from '../support/at.ts'
import { ofKind, render } from './chart.ts'

// How the chart puts together the definition of the API.

async function definition(...values: string[]) {
  const [crd, ...others] = ofKind(await render(...values), 'CustomResourceDefinition')
  t.same(others, [])
  if (crd === undefined) throw new Error('there is none')
  return crd
}

t.test('it is what the schemas say, converted by the server of the release', async (t) => {
  const service = { namespace: 'system', name: 'op-mcrouter-operator-server', path: '/convert', port: 443 }
  const { metadata, ...crd } = await definition()
  const { metadata: named, ...expected } = customResourceDefinition(VERSIONS, { service })
  t.strictSame(crd, JSON.parse(JSON.stringify(expected)))
  t.strictSame(metadata, { ...named, annotations: { 'helm.sh/resource-policy': 'keep' } })
})

t.test('cert-manager is told to have it trusted, and it still is kept', async (t) => {
  const { metadata } = await definition('--set=certificates.mode=cert-manager')
  t.strictSame(atPath(metadata, 'annotations'), {
    'helm.sh/resource-policy': 'keep',
    'cert-manager.io/inject-ca-from': 'system/op-mcrouter-operator-serving-cert',
  })
})

t.test('a server outside of the cluster converts as well', async (t) => {
  const url = 'https://192.0.2.1:8443'
  const crd = await definition('--set=hostProcesses.enabled=true', `--set=hostProcesses.url=${url}/`)
  t.strictSame(atPath(crd, 'spec.conversion.webhook.clientConfig'), { url: `${url}/convert` })
})

t.test('no upgrade takes away the trust that the reconciler has set', async (t) => {
  t.notMatch(JSON.stringify(await definition()), 'caBundle')
})

t.test('a release beside another one leaves it to that', async (t) => {
  t.strictSame(ofKind(await render('--set=crd.enabled=false'), 'CustomResourceDefinition'), [])
})
