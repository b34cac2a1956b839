import t from 'tap'
import { askedHosts } from '../../routing/asked-hosts.ts'

const isOwn = (server: string) => server.startsWith('own')

t.test('each server of others once, but for those of the operator', async (t) => {
  const pools = {
    a: { servers: ['own-0:11211', 'b:1', '[::1]:2:ascii:plain'] },
    c: { servers: ['b:1', 'b:3'] },
  }
  t.same(askedHosts({ pools }, isOwn), {
    hosts: [
      { host: 'b', port: 1 },
      { host: '::1', port: 2 },
      { host: 'b', port: 3 },
    ],
    ports: [],
  })
})

t.test(
  'a port in place of those of servers is told without them: what inherits may be anywhere',
  async (t) => {
    const pools = {
      a: { servers: ['b:1', 'c:1'], port_override: 7, port_override_within_dc: 8 },
      d: { inherit: 'a', port_override_cross_dc: 7 },
    }
    const { hosts, ports } = askedHosts({ pools }, isOwn)
    t.equal(hosts.length, 2)
    t.same(ports, [7, 8])
    t.same(askedHosts({ pools: { a: { servers: ['own-0:1'], port_override: 7 } } }, isOwn).ports, [])
  },
)
