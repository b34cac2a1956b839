import t from 'tap'
import { configFor } from '../../routing/config.ts'
import { serverTimeout } from '../../routing/server-timeout.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'

t.test(
  'four of the largest items at 1 Gbit/s are waited for, and never longer than five seconds',
  async (t) => {
    const timeouts = ['512k', '1m', '8m', '12m', '16m', '32m', '33554432', '64m', '128m', '1024m'].map(
      serverTimeout,
    )
    t.strictSame(timeouts, [500, 500, 500, 600, 700, 1_400, 1_400, 2_700, 5_000, 5_000])
    // 125 MB/s less the headers of Ethernet, IP and TCP.
    for (const mebibytes of [16, 31, 32, 64, 100]) {
      const ms = (4 * mebibytes * 1_048_576) / (125_000 * (1448 / 1538))
      t.ok(serverTimeout(`${mebibytes}m`) > ms, `${mebibytes}m: ${ms}`)
    }
  },
)

t.test('every pool of a configuration has that of its items', async (t) => {
  for (const topology of ['sharded', 'replicated'] as const) {
    const config = (maxItemSize: string) => {
      const mcrouter = mcrouterWith({ topology, memcached: { maxItemSize } })
      return configFor(mcrouter, [['a:1', 'b:1']]).pools
    }
    t.match(config('32m'), { memcached: { server_timeout: 1_400 } })
    t.match(config('1m'), { memcached: { server_timeout: 500 } })
    for (const { inherit, server_timeout } of Object.values(config('32m'))) {
      t.ok(inherit === 'memcached' || server_timeout === 1_400)
    }
  }
})
