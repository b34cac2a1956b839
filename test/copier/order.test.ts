import t from 'tap'
import { help, parseFlags } from '../../copier/flags.ts'
import { isSameResize, type Order, parseOrder } from '../../copier/order.ts'
import { destinationsOf, sourcesOf, stayingOf } from '../../copier/passes/move.ts'

const ORDER: Order = {
  id: 'a',
  pool: 'main',
  phase: 'copy',
  servers: [
    { host: '10.0.0.1', port: 11211 },
    { host: 'cache-memcached-1.cache-memcached.shop.svc.cluster.local', port: 11211 },
    { host: 'fd00::1', port: 11211 },
  ],
  from: 2,
  to: 3,
  salt: '',
  tls: false,
  rate: 20_000,
  timeoutSeconds: 1_800,
}

t.test('an order is taken as it is, and nothing else', async (t) => {
  t.strictSame(parseOrder(JSON.stringify(ORDER)), ORDER)
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ phase: 'burn' }, /phase/],
    [{ to: 2 }, /servers|\/to/],
    [{ from: 3 }, /must not be/],
    [{ servers: [] }, /servers/],
    [{ servers: [{ host: 'a b', port: 1 }] }, /servers\/0\/host/],
    [{ servers: [{ host: 'a', port: 0 }] }, /servers\/0\/port/],
    [{ rate: 0 }, /rate/],
    [{ rate: 1.5 }, /rate/],
    [{ rate: '1' }, /rate/],
    [{ more: 1 }, /additional|more/],
    [{ salt: undefined }, /salt|required/],
  ]
  for (const [change, message] of wrong)
    t.throws(() => parseOrder(JSON.stringify({ ...ORDER, ...change })), { name: 'OrderError', message })
  for (const text of ['', '{', 'null', '[]', '1'])
    t.throws(() => parseOrder(text), { name: 'OrderError' }, text)
})

t.test('what is the same resize', async (t) => {
  t.ok(isSameResize(ORDER, { ...ORDER, phase: 'mirror', rate: 1, timeoutSeconds: 1 }))
  for (const change of [{ id: 'b' }, { to: 4 }, { salt: 'x' }, { tls: true }, { servers: [] }])
    t.notOk(isSameResize(ORDER, { ...ORDER, ...change }), JSON.stringify(change))
})

t.test('which servers are what', async (t) => {
  const [grow, shrink] = [
    { from: 2, to: 4, salt: '' },
    { from: 4, to: 2, salt: '' },
  ]
  t.strictSame(
    [sourcesOf(grow), destinationsOf(grow), stayingOf(grow)],
    [
      [0, 1],
      [2, 3],
      [0, 1],
    ],
  )
  t.strictSame(
    [sourcesOf(shrink), destinationsOf(shrink), stayingOf(shrink)],
    [
      [2, 3],
      [0, 1],
      [0, 1],
    ],
  )
})

t.test('flags', async (t) => {
  t.match(parseFlags(['--client-ca=ca.crt', '--key-memory=64', '--dialect=classic']), {
    port: 8443,
    clientCa: 'ca.crt',
    serverCa: undefined,
    keyMemory: 64 * 1024 * 1024,
    isClassic: true,
  })
  t.equal(parseFlags(['--help']), undefined)
  t.match(help(), '--client-ca=FILE')
  for (const wrong of [[], ['--client-ca=a', '--key-memory=0'], ['--client-ca=a', '--dialect=1.5'], ['x']])
    t.throws(() => parseFlags(wrong), { name: 'FlagsError' }, wrong.join(' '))
})
