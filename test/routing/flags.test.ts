import t from 'tap'
import { flagsFor, mostClients, mostFiles } from '../../routing/flags.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

/** Options of release 37 that a router is given; a flag that a release does not know is ignored without a word. */
const OF_RELEASE_37 = [
  'config-file',
  'port',
  'num-proxies',
  'max-conns',
  'asynclog-disable',
  'config-dump-root',
  'stats-root',
  'stats-logging-interval',
  'debug-fifo-root',
  'probe-timeout-initial',
  'probe-timeout-max',
  'reconfiguration-delay-ms',
]

t.test('every flag is long, known to the oldest release, given once, and joined to its value', async (t) => {
  for (const release of ['37', '40', '41', 'current'] as const) {
    const names = flagsFor(mcrouterWith({ routers: { release } })).map((flag) => {
      const [, name, value] = /^--([a-z-]+)(=.*)?$/.exec(flag) ?? []
      t.equal(
        value === undefined,
        name === 'asynclog-disable',
        `${flag}: a toggle takes no value, the others do`,
      )
      return name
    })
    t.same(names.toSorted(), OF_RELEASE_37.toSorted())
  }
})

t.test('the port and the fifo root of the spec reach the router', async (t) => {
  const flags = flagsFor(mcrouterWith({ routers: { port: 6000, debugFifoRoot: '/var/mcrouter/fifos' } }))
  t.ok(flags.includes('--port=6000'))
  t.ok(flags.includes('--debug-fifo-root=/var/mcrouter/fifos'))
  t.ok(
    flagsFor(mcrouterWith()).includes('--debug-fifo-root='),
    'empty: no fifos, rather than the built-in root',
  )
})

t.test(
  'no router keeps to the soft limit of open files, and none closes a client that it has room for',
  async (t) => {
    for (const release of ['37', '40', '41', 'current'] as const) {
      const flag = flagsFor(mcrouterWith({ routers: { release } })).find((flag) => flag.includes('max-conns'))
      // 0 leaves the limit as it is, 1 closes the longest idle client at it.
      t.ok(Number(flag?.split('=')[1]) >= 64 * 10_000, 'room for 10,000 on each of 64 threads')
    }
  },
)

t.test('a server that was away is probed after 100 ms, and every 200 ms, with every release', async (t) => {
  for (const release of ['37', '40', '41', 'current'] as const) {
    const flags = flagsFor(mcrouterWith({ routers: { release } }))
    for (const flag of ['--probe-timeout-initial=100', '--probe-timeout-max=200'])
      t.ok(flags.includes(flag), flag)
  }
})

t.test('what a router can have open is known of the releases that raise their limit', async (t) => {
  for (const release of ['37', '40'] as const) t.equal(mostFiles(release), Number.POSITIVE_INFINITY)
  for (const release of ['41', 'current', undefined] as const) t.equal(mostFiles(release), 1_000_000)
})

t.test('clients are limited by the spec, with releases that close idle ones', async (t) => {
  for (const release of ['37', '40'] as const) t.equal(mostClients(release, 100), Number.POSITIVE_INFINITY)
  for (const release of ['41', 'current', undefined] as const) t.equal(mostClients(release, 100), 100)
})

t.test('a router has as many threads as it may use CPUs', async (t) => {
  const threads = (limits: Record<string, string>, requests: Record<string, string> = {}) =>
    flagsFor(mcrouterWith({ routers: { resources: { limits, requests } } })).find((flag) =>
      flag.includes('num-proxies'),
    )
  t.equal(threads({ cpu: '2' }, { cpu: '1' }), '--num-proxies=2')
  t.equal(threads({ cpu: '2500m' }), '--num-proxies=3')
  t.equal(threads({}, { cpu: '250m' }), '--num-proxies=1')
  t.equal(threads({}), '--num-proxies=1')
  t.equal(threads({ cpu: '0' }), '--num-proxies=1')
  t.equal(threads({ cpu: '1k' }), '--num-proxies=64')
  t.equal(threads({ cpu: 'many' }), '--num-proxies=1')
})

t.test('what the spec says of clients, timeouts and further options reaches the router', async (t) => {
  const timeouts = { serverMs: undefined, connectMs: 200, untilDown: 5 }
  const flags = flagsFor(
    mcrouterWith({ routers: { maxConnections: 10_000, timeouts, args: ['--keepalive-idle=60'] } }),
  )
  for (const flag of ['--max-conns=10000', '--timeouts-until-tko=5', '--keepalive-idle=60'])
    t.ok(flags.includes(flag), flag)
  const own = flagsFor(mcrouterWith()).find((flag) => flag.includes('tko'))
  t.equal(own, undefined, 'what is mcrouter’s own is not said, so that no router restarts for it')
})
