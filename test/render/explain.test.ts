import fc from 'fast-check'
import t from 'tap'
import { explain, printExplained } from '../../render/explain.ts'
import { render } from '../../render/index.ts'
import { movesOf, unpaired } from '../../render/moves.ts'
import { keyComplaint, OPERATIONS } from '../../render/question.ts'
import { routingOf } from '../../render/routing.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import { explainer } from '../../routing/explain/explain.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import { MOST_COPIES } from '../../routing/past-misses.ts'
import type { Mcrouter, Topology } from '../../schemas/mcrouter.ts'
import { effort } from '../../testing/effort.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

const SETTINGS = { clusterDomain: 'cluster.local' }

t.test(
  'what is explained is the configuration that is rendered, for every topology, release and step',
  async (t) => {
    for (const topology of ['replicated', 'sharded'] as const) {
      for (const release of ['37', 'current'] as const) {
        for (const filling of [false, true]) {
          const mcrouter = mcrouterWith({ topology, routers: { release }, memcached: { servers: 30 } })
          const steps = new Map([['main', { servers: 30, routed: 30, filling }]])
          const settings = { ...SETTINGS, steps }
          const text: unknown = JSON.parse(render(mcrouter, settings).config)
          for (const operation of OPERATIONS) {
            const { explanation, servers } = explain({ mcrouter }, { operation, key: 'user:42' }, settings)
            t.strictSame(
              explanation,
              explainer(text)(operation, 'user:42'),
              `${topology} ${release} ${operation}`,
            )
            t.ok(servers.every((server) => server.endsWith('.cluster.local:11211')))
          }
        }
      }
    }
  },
)

t.test(
  'every operation on the largest pools is explained, and no answer is larger than its servers explain',
  async (t) => {
    for (const topology of ['replicated', 'sharded'] as const) {
      for (const servers of [MOST_COPIES, 1000]) {
        const mcrouter = mcrouterWith({ topology, memcached: { servers } })
        const steps = new Map([['main', { servers, routed: servers, filling: true }]])
        for (const operation of OPERATIONS) {
          const explained = explain({ mcrouter }, { operation, key: 'user:42' }, { ...SETTINGS, steps })
          const [text, json] = [printExplained([explained], 'text'), printExplained([explained], 'json')]
          t.ok(text.length < 1000 * servers, `${topology} ${servers} ${operation}: ${text.length} characters`)
          t.ok(
            json.length < 3000 * servers,
            `${topology} ${servers} ${operation}: ${json.length} characters of JSON`,
          )
        }
      }
    }
  },
)

t.test('no key that a client can ask for is without an explanation', async (t) => {
  const mcrouters = (['replicated', 'sharded'] as const).map((topology) => mcrouterWith({ topology }))
  const part = fc.constantFrom(
    '/',
    '*',
    '.',
    '|#|',
    '|',
    '%',
    '\\\\',
    '@',
    'a',
    'ü',
    '\u202e',
    '__proto__',
    '{',
    '(',
  )
  const keys = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(part).map((parts) => parts.join('')),
  )
  fc.assert(
    fc.property(
      keys,
      fc.constantFrom(...OPERATIONS),
      fc.constantFrom(...mcrouters),
      (key, operation, mcrouter) => {
        if (keyComplaint(key) !== undefined) return
        const text = printExplained([explain({ mcrouter }, { operation, key }, SETTINGS)], 'text')
        t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u)
      },
    ),
    effort(200),
  )
})

t.test('several Mcrouters are told one after the other', async (t) => {
  const mcrouter = mcrouterWith({ topology: 'sharded' })
  const explained = explain({ mcrouter }, { operation: 'set', key: 'a\u202eb' }, SETTINGS)
  const { namespace, name } = mcrouter
  const text = printExplained([explained, explained], 'text')
  t.equal(text.split(`Mcrouter ${namespace}/${name}: set "a\\u202eb"\n  by operation: `).length, 3)
  t.match(text, /\n\nMcrouter /)
  t.strictSame(JSON.parse(printExplained([explained], 'json')), JSON.parse(JSON.stringify([explained])))
})

t.test('what cannot be seen in a key is escaped in its title as below it', async (t) => {
  const mcrouter = mcrouterWith({ topology: 'sharded' })
  for (const [key, shown] of [
    ['a\u200bb', 'a\\u200bb'],
    ['\ufeffa\u00ad', '\\ufeffa\\u00ad'],
    ['a\u{e0041}', 'a\\u{e0041}'],
  ] as const) {
    const text = printExplained([explain({ mcrouter }, { operation: 'set', key }, SETTINGS)], 'text')
    t.match(text, `: set "${shown}"\n`)
    t.match(text, `Ch3 of "${shown}" over `)
    t.notMatch(text, /\p{Cf}/u)
  }
  const longest = 'x'.repeat(250)
  const text = printExplained([explain({ mcrouter }, { operation: 'set', key: longest }, SETTINGS)], 'text')
  t.match(text, `: set "${longest}"\n`, 'which is whole')
})

t.test('a change of the topology alone has each key asked first of the same server', async (t) => {
  for (const servers of [2, 3, 30]) {
    const firstOf = (topology: Topology, operation: ClientOperation, key: string) =>
      explain({ mcrouter: mcrouterWith({ topology, memcached: { servers } }) }, { operation, key }, SETTINGS)
        .servers[0]
    for (const operation of ['get', 'gets', 'set', 'delete', 'incr', 'cas'] as const) {
      for (let index = 0; index < 50; index += 1) {
        const key = `user:${index}`
        t.equal(firstOf('replicated', operation, key), firstOf('sharded', operation, key))
      }
    }
  }
})

t.test('what moves between shards and copies is what the rendered configurations say', async (t) => {
  const keys = Array.from({ length: 4000 }, (_, index) => `user:${index}`)
  for (const [before, after] of [
    [
      { shards: 1, copies: 2 },
      { shards: 2, copies: 2 },
    ],
    [
      { shards: 2, copies: 2 },
      { shards: 3, copies: 2 },
    ],
    [
      { shards: 3, copies: 2 },
      { shards: 3, copies: 3 },
    ],
    [
      { shards: 4, copies: 1 },
      { shards: 1, copies: 4 },
    ],
    [
      { shards: 4, copies: 2 },
      { shards: 1, copies: 3 },
    ],
  ] as const) {
    const [was, is] = [mcrouterWith({ memcached: before }), mcrouterWith({ memcached: after })]
    const homes = (mcrouter: Mcrouter) => {
      const asked = explainer(routingOf(mcrouter, SETTINGS))
      return keys.map((key) => destinations(asked('get', key))[0])
    }
    const [first, second] = [homes(was), homes(is)]
    const moved = first.filter((home, index) => home !== second[index]).length / keys.length
    const [told] = movesOf([was], [is], SETTINGS)
    const { numerator = 0, denominator = 1 } = told?.moved ?? {}
    const difference = Math.abs(numerator / denominator - moved)
    t.ok(
      difference < 0.03,
      `${JSON.stringify([before, after])}: ${numerator}/${denominator}, of 4,000 keys ${moved}`,
    )
  }
})

t.test('what only one side has is named, a pool as well', async (t) => {
  const [both, gone] = [mcrouterWith(), mcrouterWith({ name: 'gone' })]
  const grown = mcrouterWith({ pools: [{ name: 'gutter' }] })
  t.strictSame(unpaired([both], [both]), [])
  t.strictSame(unpaired([both, gone], [grown]), ['pool gutter of Mcrouter shop/cache', 'Mcrouter shop/gone'])
  t.strictSame(unpaired([grown], [both]), ['pool gutter of Mcrouter shop/cache'])
})

t.test('a key is what a client could ask for', async (t) => {
  for (const key of ['a', '/a/b/c', 'ü'.repeat(125), 'a\u202e', 'x'.repeat(250)])
    t.equal(keyComplaint(key), undefined)
  t.match(keyComplaint(''), /empty/)
  t.match(keyComplaint('x'.repeat(251)), /at most 250 bytes, has 251/)
  t.match(keyComplaint('ü'.repeat(126)), /has 252/)
  for (const key of ['a b', 'a\r\n', '\u0000', '\u007f'])
    t.match(keyComplaint(key), /no spaces or control characters/)
})
