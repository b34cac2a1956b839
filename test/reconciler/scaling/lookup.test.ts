import t from 'tap'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import { type Lookup, withoutName } from '../../../reconciler/scaling/lookup.ts'
import { serverNames } from '../../../routing/servers.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { podWith } from '../pod.ts'

const pods: readonly Pod[] = [0, 1, 2].map((ordinal) =>
  podWith({ component: 'memcached', ordinal, ip: `10.0.0.${ordinal}` }),
)

const dns =
  (records: Readonly<Record<string, readonly string[]>>): Lookup =>
  async (host) =>
    records[host] ?? []

t.test('where DNS does not answer, the caller says which servers do without', async (t) => {
  const servers = serverNames(mcrouterWith(), mcrouterWith().pools[0], 3, 'k8s')
  const silent: Lookup = async () => undefined
  t.strictSame(await withoutName([0, 1], servers, pods, silent), new Set([0, 1]))
  const second = ({ ordinal }: Pod) => ordinal === 1
  t.strictSame(await withoutName([0, 1], servers, pods, silent, second), new Set([0]))
  t.strictSame(await withoutName([0, 1], servers, pods, dns({}), second), new Set([0, 1]), 'it does')
})

t.test('a thousand names are not looked up all at the same time', async (t) => {
  const servers = serverNames(mcrouterWith(), mcrouterWith().pools[0], 120, 'k8s')
  const many = servers.map((_, ordinal) => podWith({ component: 'memcached', ordinal }))
  let under = 0
  let most = 0
  const counting: Lookup = async () => {
    most = Math.max(most, ++under)
    await new Promise(setImmediate)
    under--
    return ['10.0.0.1']
  }
  t.equal((await withoutName([...servers.keys()], servers, many, counting)).size, 0)
  t.equal(most, 50)
})

for (const [domain, suffix] of [
  ['cluster.local', 'cluster.local'],
  ['k8s', 'k8s'],
]) {
  t.test(`in the domain ${domain}, a server has its name when DNS leads to its pod`, async (t) => {
    const servers = serverNames(mcrouterWith(), mcrouterWith().pools[0], 3, domain ?? '')
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
