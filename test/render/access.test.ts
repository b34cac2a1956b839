import t from 'tap'
import { render } from '../../render/index.ts'
import { operatorPodsOf } from '../../render/operator-pods.ts'
import type { RenderSettings } from '../../render/rendering.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Mcrouter } from '../../schemas/mcrouter.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { objectOf } from '../schemas/v1beta1/judged.ts'
import { BOTH } from '../schemas/v1beta1/version.ts'
import { at } from '../support/at.ts'
import { SETTINGS } from './rendered.ts'

const CLIENT = { podSelector: { matchLabels: { 'uses-cache': 'true' } } }
const ACCESS = { access: { from: [CLIENT] } }
const OPERATOR = operatorPodsOf('mcrouter-system/app.kubernetes.io/name=mcrouter-operator,app=x')
const DNS = {
  ports: [53, 5353].flatMap((port) => ['UDP', 'TCP'].map((protocol) => ({ port, protocol }))),
}

const KNOWING = { ...SETTINGS, ...(OPERATOR && { operatorPods: OPERATOR }) }

function policies(mcrouter: Mcrouter, settings: RenderSettings = KNOWING) {
  const all = render(mcrouter, settings).manifests.filter(({ kind }) => kind === 'NetworkPolicy')
  return new Map(all.map(({ metadata, spec }) => [metadata.name, spec]))
}

/** What routers may connect to besides DNS and the servers of the Mcrouter. */
function egress(mcrouter: Mcrouter): unknown {
  const rules = at(policies(mcrouter).get('cache'), 'egress')
  return Array.isArray(rules) ? rules.slice(2) : rules
}

t.test('nothing is closed unless the spec says who may connect', async (t) => {
  t.equal(policies(mcrouterWith({ pools: [{ name: 'users' }] })).size, 0)
})

t.test('clients reach routers, routers reach servers, and the operator reaches both', async (t) => {
  const found = policies(mcrouterWith({ ...ACCESS, pools: [{ name: 'users' }] }))
  t.same([...found.keys()].sort(), ['cache', 'cache-memcached', 'cache-memcached-users'])
  const operator = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'mcrouter-system' } },
    podSelector: {
      matchLabels: { 'app.kubernetes.io/name': 'mcrouter-operator', app: 'x' },
      matchExpressions: [
        { key: 'app.kubernetes.io/component', operator: 'In', values: ['reconciler', 'exporter'] },
      ],
    },
  }
  const of = (component: string) => ({
    'app.kubernetes.io/name': 'mcrouter',
    'app.kubernetes.io/instance': 'cache',
    'app.kubernetes.io/component': component,
  })
  t.same(found.get('cache'), {
    podSelector: { matchLabels: of('mcrouter') },
    policyTypes: ['Ingress', 'Egress'],
    ingress: [{ from: [CLIENT, operator] }],
    egress: [
      DNS,
      {
        to: [
          {
            podSelector: {
              matchLabels: { 'app.kubernetes.io/name': 'mcrouter', 'app.kubernetes.io/instance': 'cache' },
              matchExpressions: [
                { key: 'app.kubernetes.io/component', operator: 'NotIn', values: ['mcrouter'] },
              ],
            },
          },
        ],
      },
    ],
  })
  for (const [name, component] of [
    ['cache-memcached', 'memcached'],
    ['cache-memcached-users', 'memcached-users'],
  ] as const) {
    t.same(found.get(name), {
      podSelector: { matchLabels: of(component) },
      policyTypes: ['Ingress', 'Egress'],
      ingress: [{ from: [{ podSelector: { matchLabels: of('mcrouter') } }, operator] }],
    })
  }
})

t.test('without knowing the pods of the operator, nobody but clients and routers is admitted', async (t) => {
  const found = policies(mcrouterWith(ACCESS), SETTINGS)
  t.same(at(found.get('cache'), 'ingress'), [{ from: [CLIENT] }])
  t.equal(Object(at(found.get('cache-memcached'), 'ingress', 0, 'from')).length, 1)
})

t.test('what a router may reach does not depend on pools that the spec may lose', async (t) => {
  const [before, after] = [{ ...ACCESS, pools: [{ name: 'users' }] }, ACCESS].map((one) =>
    policies(mcrouterWith(one)).get('cache'),
  )
  t.same(before, after)
})

t.test('servers of others are reached by their addresses', async (t) => {
  const external = [
    { host: '10.8.0.5', port: 11211, tls: false },
    { host: '10.8.0.4', port: 11211, tls: true },
    { host: '::ffff:10.8.0.4', port: 11211, tls: false },
    { host: '2001:DB8:0::1', port: 4711, tls: false },
  ]
  t.same(egress(mcrouterWith({ ...ACCESS, memcached: { external } })), [
    { ports: [{ port: 4711, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '2001:db8::1/128' } }] },
    {
      ports: [{ port: 11211, protocol: 'TCP' }],
      to: [{ ipBlock: { cidr: '10.8.0.4/32' } }, { ipBlock: { cidr: '10.8.0.5/32' } }],
    },
  ])
})

t.test('a name opens its port to any address, since no NetworkPolicy has names', async (t) => {
  const external = [
    { host: 'c1.example.com', port: 11211, tls: false },
    { host: '10.8.0.4', port: 11211, tls: false },
    { host: '10.8.0.4', port: 11212, tls: false },
  ]
  t.same(egress(mcrouterWith({ ...ACCESS, pools: [{ name: 'old', external }] })), [
    { ports: [{ port: 11211, protocol: 'TCP' }] },
    { ports: [{ port: 11212, protocol: 'TCP' }], to: [{ ipBlock: { cidr: '10.8.0.4/32' } }] },
  ])
})

t.test("servers in mcrouter's own JSON are reached, wherever in it they are", async (t) => {
  const config: JsonObject = {
    pools: { far: { servers: ['10.9.0.1:11211:ascii:plain', '[2001:db8::2]:11211'] } },
    route: {
      type: 'PoolRoute',
      pool: { name: 'near', inherit: 'main', port_override: 4712, servers: ['10.9.0.2:11211'] },
    },
  }
  t.same(egress(mcrouterWith({ ...ACCESS, config })), [
    { ports: [{ port: 4712, protocol: 'TCP' }] },
    {
      ports: [{ port: 11211, protocol: 'TCP' }],
      to: ['10.9.0.1/32', '10.9.0.2/32', '2001:db8::2/128'].map((cidr) => ({ ipBlock: { cidr } })),
    },
  ])
})

t.test('of more ports than a policy should have, all are open', async (t) => {
  const on = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ host: '10.8.0.4', port: 20_000 + index, tls: false }))
  const opened = (count: number) => egress(mcrouterWith({ ...ACCESS, memcached: { external: on(count) } }))
  t.equal(Object(opened(100)).length, 100)
  t.same(opened(101), [{ ports: [{ protocol: 'TCP' }] }])
})

t.test('the largest own configurations make no large policies', async (t) => {
  const each = (count: number, pool: (index: number) => JsonObject) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, pool(index)]))
  const addresses = (count: number) =>
    Array.from({ length: count }, (_, index) => `10.0.${index >> 8}.${index & 255}:${1 + (index % 90)}`)
  for (const pools of [
    each(1200, (index) => ({ servers: [`a${index}:1`], port_override: index + 2 })),
    { ...each(60, (index) => ({ servers: [], port_override: index + 2 })), a: { servers: addresses(3500) } },
    { a: { servers: addresses(3800) } },
  ]) {
    const config = { pools, route: 'NullRoute' }
    t.ok(JSON.stringify(config).length > 50_000)
    const judgement = judge(objectOf({ config, ...ACCESS }), { versions: BOTH })
    if (!judgement.accepted) throw new Error(JSON.stringify(judgement.violations))
    const policy = JSON.stringify(policies(judgement.mcrouter).get('cache'))
    t.ok(policy.length < 4 * 65_536, `${policy.length} bytes`)
  }
})

t.test('while own servers take over from others, routers reach those as well', async (t) => {
  const external = [{ host: '10.8.0.4', port: 11211, tls: false }]
  const steps = new Map([['main', { servers: 2, routed: 0, external }]])
  const { manifests } = render(mcrouterWith(ACCESS), { ...SETTINGS, steps })
  const routers = manifests.find(
    ({ kind, metadata }) => kind === 'NetworkPolicy' && metadata.name === 'cache',
  )
  t.match(at(routers, 'spec', 'egress', 2), { to: [{ ipBlock: { cidr: '10.8.0.4/32' } }] })
})

t.test('the pods of the operator are told by their namespace and labels', async (t) => {
  t.same(operatorPodsOf('a/b.c/d=e'), { namespace: 'a', labels: { 'b.c/d': 'e' } })
  for (const text of ['', 'a', 'a/', 'A/b=c', 'a/b', 'a/b=c,', 'a/b=c=d', '/b=c', 'a/b=c d'])
    t.equal(operatorPodsOf(text), undefined, text)
})
