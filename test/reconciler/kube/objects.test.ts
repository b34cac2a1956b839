import t from 'tap'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import type { ApiRequest, Session } from '../../../reconciler/kube/connection/session.ts'
import { kubeApi } from '../../../reconciler/kube/objects.ts'
import { deployments, leases, pods } from '../../../reconciler/kube/resources.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { mutatingWebhookConfigurations } from '../../support/resources.ts'

const METADATA = { namespace: 'shop', name: 'a', uid: 'u', resourceVersion: '7' }
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: METADATA }
const KEY = { namespace: 'shop', name: 'a' }
const PATH = '/apis/apps/v1/namespaces/shop/deployments/a'

/** The API over a session that answers from a list and remembers what it was asked. */
function fixture(...answers: (JsonObject | ApiError)[]) {
  const sent: ApiRequest[] = []
  const request = async (one: ApiRequest) => {
    sent.push(one)
    const answer = answers.shift()
    if (answer === undefined) throw new Error('one request too many')
    if (answer instanceof ApiError) throw answer
    return answer
  }
  const session: Session = {
    request,
    receive: async (one, take) => take(bodyOf(await request(one))),
    stream: () => Promise.reject(new Error('nothing is streamed')),
  }
  return { api: kubeApi(session), sent }
}

async function* bodyOf(answer: JsonObject): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(answer))
}

const refusal = (status: number, reason: string) => new ApiError(reason, { status, reason })

t.test('get: the object, or undefined when there is none', async (t) => {
  const { api, sent } = fixture(DEPLOYMENT, refusal(404, 'NotFound'), refusal(403, 'Forbidden'))
  t.same(await api.get(deployments, KEY), DEPLOYMENT)
  t.equal(await api.get(deployments, KEY), undefined)
  await t.rejects(api.get(deployments, KEY), { name: 'ApiError', forbidden: true })
  t.match(sent[0], { method: 'GET', path: PATH })
})

t.test('list: all pages, with kind and apiVersion that the items of a list do not carry', async (t) => {
  const page = (name: string, next?: string) => ({
    metadata: { resourceVersion: '9', ...(next && { continue: next }) },
    items: [{ metadata: { ...METADATA, name } }],
  })
  const { api, sent } = fixture(page('a', 'token+1'), page('b'))
  const listed = await api.list(pods, { namespace: 'shop', labelSelector: 'x=y' })
  t.same(
    listed.map((one) => [one.apiVersion, one.kind, one.metadata.name]),
    [
      ['v1', 'Pod', 'a'],
      ['v1', 'Pod', 'b'],
    ],
  )
  t.same(
    sent.map(({ path }) => path),
    [
      '/api/v1/namespaces/shop/pods?labelSelector=x%3Dy&limit=500',
      '/api/v1/namespaces/shop/pods?labelSelector=x%3Dy&limit=500&continue=token%2B1',
    ],
  )
})

t.test('list: begun anew when it was too slow for the server, but not for ever', async (t) => {
  const first = { metadata: { resourceVersion: '9', continue: 'x' }, items: [{ metadata: METADATA }] }
  const expired = refusal(410, 'Expired')
  const whole = { metadata: { resourceVersion: '9' }, items: [] }
  t.same(await fixture(first, expired, whole).api.list(pods), [])
  await t.rejects(fixture(first, expired, first, expired, first, expired).api.list(pods), {
    name: 'ApiError',
    gone: true,
  })
})

t.test('list: what is no list is refused', async (t) => {
  await t.rejects(fixture({ kind: 'Status' }).api.list(pods), { name: 'ApiError', reason: 'Malformed' })
  const broken = { metadata: { resourceVersion: '9' }, items: [{ metadata: { name: 'a' } }] }
  await t.rejects(fixture(broken).api.list(pods), { reason: 'Malformed', message: /not a Pod/ })
})

t.test('create: POST to the collection, as our field manager', async (t) => {
  const { api, sent } = fixture(DEPLOYMENT)
  await api.create(deployments, { ...DEPLOYMENT, metadata: KEY })
  t.match(sent, [
    { method: 'POST', path: '/apis/apps/v1/namespaces/shop/deployments?fieldManager=mcrouter-operator' },
  ])
})

t.test('apply: our JSON as it is, forced, as our field manager', async (t) => {
  const object = {
    ...DEPLOYMENT,
    metadata: { ...KEY, resourceVersion: '7' },
    spec: { fieldOfTheFuture: [1] },
  }
  const { api, sent } = fixture(DEPLOYMENT, DEPLOYMENT, DEPLOYMENT)
  await api.apply(deployments, object)
  t.same(sent[0], {
    method: 'PATCH',
    path: `${PATH}?fieldManager=mcrouter-operator&force=true`,
    body: object,
    contentType: 'application/apply-patch+yaml',
    signal: undefined,
  })
  await api.apply(deployments, object, { dryRun: true })
  t.equal(sent[1]?.path, `${PATH}?fieldManager=mcrouter-operator&force=true&dryRun=All`)
  await api.apply(deployments, object, { subresource: 'status' })
  t.equal(sent[2]?.path, `${PATH}/status?fieldManager=mcrouter-operator&force=true`)
})

t.test('replace: PUT, also of a subresource', async (t) => {
  const { api, sent } = fixture(DEPLOYMENT, DEPLOYMENT)
  await api.replace(deployments, DEPLOYMENT)
  await api.replace(deployments, DEPLOYMENT, { subresource: 'status' })
  t.match(sent, [
    { method: 'PUT', path: `${PATH}?fieldManager=mcrouter-operator`, body: DEPLOYMENT },
    { method: 'PUT', path: `${PATH}/status?fieldManager=mcrouter-operator`, body: DEPLOYMENT },
  ])
})

t.test('merge: an RFC 7386 patch', async (t) => {
  const { api, sent } = fixture(DEPLOYMENT)
  const patch = { metadata: { resourceVersion: '7' }, status: { gone: null } }
  await api.merge(deployments, KEY, patch, { subresource: 'status' })
  t.match(sent, [
    {
      method: 'PATCH',
      path: `${PATH}/status?fieldManager=mcrouter-operator`,
      body: patch,
      contentType: 'application/merge-patch+json',
    },
  ])
})

t.test('delete: with its preconditions; what is already gone is no error', async (t) => {
  const success = { kind: 'Status', status: 'Success' }
  const { api, sent } = fixture(success, success, refusal(404, 'NotFound'), refusal(409, 'Conflict'))
  await api.delete(deployments, KEY, { propagation: 'Orphan', uid: 'u', resourceVersion: '7' })
  await api.delete(mutatingWebhookConfigurations, { name: 'a' })
  t.same(
    sent.map(({ method, path, body }) => ({ method, path, body })),
    [
      {
        method: 'DELETE',
        path: PATH,
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Orphan',
          preconditions: { uid: 'u', resourceVersion: '7' },
        },
      },
      {
        method: 'DELETE',
        path: '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/a',
        body: { apiVersion: 'v1', kind: 'DeleteOptions' },
      },
    ],
  )
  await api.delete(deployments, KEY)
  await t.rejects(api.delete(deployments, KEY, { uid: 'other' }), { name: 'ApiError', conflict: true })
})

t.test('the signal goes along with every call', async (t) => {
  const { signal } = new AbortController()
  const page = { metadata: { resourceVersion: '9' }, items: [] }
  const { api, sent } = fixture(DEPLOYMENT, page, DEPLOYMENT, DEPLOYMENT, DEPLOYMENT, DEPLOYMENT, DEPLOYMENT)
  await api.get(deployments, KEY, signal)
  await api.list(deployments, { signal })
  await api.create(deployments, DEPLOYMENT, { signal })
  await api.apply(deployments, DEPLOYMENT, { signal })
  await api.replace(deployments, DEPLOYMENT, { signal })
  await api.merge(deployments, KEY, {}, { signal })
  await api.delete(deployments, KEY, { signal })
  t.ok(sent.every((request) => request.signal === signal))
})

t.test('what concerns a Lease is urgent, and nothing else is', async (t) => {
  const { api, sent } = fixture(DEPLOYMENT, DEPLOYMENT)
  await api.replace(leases, DEPLOYMENT)
  await api.replace(deployments, DEPLOYMENT)
  t.same(
    sent.map(({ urgent }) => urgent),
    [true, undefined],
  )
})

t.test('an object without a name is a bug of ours and not sent', async (t) => {
  const { api, sent } = fixture()
  await t.rejects(async () => api.apply(deployments, { metadata: {} }), TypeError)
  t.same(sent, [])
})
