import t, { type Test } from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { atPath } from '../support/at.ts'
import { type Client, startClient } from './support/client.ts'
import { get, list, textAt } from './support/cluster.ts'
import { Mcrouter } from './support/mcrouter.ts'
import { namespace } from './support/namespace.ts'
import { Nodes } from './support/node.ts'
import { NodeObject } from './support/node-object.ts'
import { installOperator } from './support/operator.ts'

// The cluster needs kube-proxy, and Kubernetes 1.34 or later. One node is enough: that of the clients, with a router that kubelet has
// started. A second is an object alone, and what is said to be its router is one of another Mcrouter, which has other values.

const NAMESPACE = 'mcrouter-e2e-placement'
const ROUTERS = 'app.kubernetes.io/instance=cache,app.kubernetes.io/component=mcrouter'
const POD = { resources: { requests: { cpu: '5m' } } }
const CONNECTIONS = 40

const cache = new Mcrouter(NAMESPACE, 'cache', 'v1beta1')
const elsewhere = new Mcrouter(NAMESPACE, 'elsewhere', 'v1beta1')
let client: Client
let nodes: Nodes

t.before(async () => {
  await namespace(t, NAMESPACE)
  await installOperator(t)
  nodes = await Nodes.start(t)
  await cache.apply(specWith({ placement: 'Node' }))
  await elsewhere.apply(specWith({ replicas: 1 }))
  await Promise.all([cache.settled(), elsewhere.settled()])
  client = await startClient(NAMESPACE)
  for (const { host, name } of [cache, elsewhere])
    await client.talk(host, 5000, `set where 0 0 ${name.length}\r\n${name}`)
})

t.test('kubelet runs a router on its node', async (t) => {
  const pods = await cache.podObjects('mcrouter')
  t.match(pods, [{ metadata: { ownerReferences: [{ kind: 'DaemonSet' }] } }])
  t.equal(await answering(), 'cache')
  t.equal(await get(['-n', NAMESPACE, 'deployment', 'cache']), undefined)
  await nodes.prepare(NAMESPACE, textAt(pods[0], 'metadata.name'))
})

t.test('clients are sent to the router of their node, and to another while it is down', async (t) => {
  const node = textAt((await cache.podObjects('mcrouter'))[0], 'spec.nodeName')
  const second = await NodeObject.register(t, 'mcrouter-e2e-second')
  const [stranger] = await elsewhere.podObjects('mcrouter')
  await second.serve(NAMESPACE, ROUTERS, textAt(stranger, 'status.podIP'))
  await eventually('both are behind the Service', async () => (await preferences()).length === 2)
  t.strictSame(await preferences(), [node, second.name].sort(), 'each for its own node')
  await allAnsweredBy(t, 'cache')

  await eventually('the other answers', async () => {
    const by = await answering()
    // kubelet starts it again at once the first time, and after ten seconds and more when it ends again.
    if (by === 'cache') await killRouter(node)
    return by === 'elsewhere'
  })
  await eventually('that of the node answers again', async () => (await answering()) === 'cache')
  await eventually('and no other', async () => (await answers()).every((by) => by === 'cache'))
})

function specWith(router: object): object {
  return {
    memcached: { shards: 1, memory: '32Mi', minReadySeconds: 0, pod: POD },
    router: { image: 'devan2502/mcrouter:v2026.08.17.00', pod: POD, ...router },
  }
}

/** Whose router a new connection to the Service reaches; what happens in its place. */
async function answering(): Promise<string> {
  const { text } = await client.talk(cache.host, 5000, 'get where')
  return text
}

function answers(): Promise<string[]> {
  return Promise.all(Array.from({ length: CONNECTIONS }, answering))
}

async function allAnsweredBy(t: Test, name: string): Promise<void> {
  t.strictSame([...new Set(await answers())], [name])
}

async function killRouter(node: string): Promise<void> {
  const pod = (await cache.podObjects('mcrouter')).find((one) => textAt(one, 'spec.nodeName') === node)
  await nodes.kill(NAMESPACE, textAt(pod, 'metadata.name'))
}

/** Of each router behind the Service, the nodes whose clients are to prefer it, which are its own. */
async function preferences(): Promise<string[]> {
  const slices = await list(['-n', NAMESPACE, 'endpointslices', '-l', 'kubernetes.io/service-name=cache'])
  const endpoints = slices.flatMap(({ endpoints }) => (Array.isArray(endpoints) ? endpoints : []))
  return endpoints
    .filter((endpoint) => atPath(endpoint, 'conditions.ready') === true)
    .map((endpoint) => `${textAt(endpoint, 'hints.forNodes.0.name')}`)
    .sort()
}
