import t from 'tap'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { type Lookup, withoutName } from '../../../reconciler/scaling/lookup.ts'
import { serverNames } from '../../../routing/servers.ts'
import { mcrouterWith } from '../../support/mcrouter.ts'
import { podWith } from '../pod.ts'

const pods: readonly Pod[] = [0, 1, 2].map((ordinal) =>
  podWith({ component: 'memcached', ordinal, ip: `10.0.0.${ordinal}` }),
)

const dns =
  (records: Readonly<Record<string, readonly string[]>>): Lookup =>
  async (host) =>
    records[host] ?? []

for (const [domain, suffix] of [
  ['cluster.local', 'cluster.local'],
  ['k8s', 'k8s'],
]) {
  t.test(`in the domain ${domain}, a server has its name when DNS leads to its pod`, async (t) => {
    const servers = serverNames(mcrouterWith(), 3, domain ?? '')
    const name = (ordinal: number) => `cache-memcached-${ordinal}.cache-memcached.shop.svc.${suffix}`
    const lookup = dns({
      [name(0)]: ['10.0.0.0'],
      // The address of a pod before this one.
      [name(1)]: ['10.0.0.99'],
    })
    t.strictSame(await withoutName([0, 1, 2], servers, pods, lookup), new Set([1, 2]))
    t.strictSame(await withoutName([0], servers, pods, lookup), new Set())
  })
}
