import t from 'tap'
import type { Reply } from '../../../reconciler/vitals/ask.ts'
import { isDoubtful, pulseAfter, UNKNOWN } from '../../../reconciler/vitals/pulse.ts'

const SILENT: Reply = { kind: 'silent' }
const GONE: Reply = { kind: 'unreachable', because: 'ETIMEDOUT' }

/** memcached's, with so many connections in use, and so many refused. */
const server = (curr: number, refused = 0, max = 1024): Reply => ({
  kind: 'answered',
  text: `STAT pid 1\r\nSTAT max_connections ${max}\r\nSTAT curr_connections ${curr}\r\nSTAT rejected_connections ${refused}\r\nSTAT listen_disabled_num 0\r\nEND\r\n`,
})
const router = (...suspects: string[]): Reply => ({
  kind: 'answered',
  text: `${suspects.map((name) => `STAT ${name}.cache-memcached.shop.svc.cluster.local:11211 status:tko num_failures:3\r\n`).join('')}END\r\n`,
})

const after = (replies: readonly Reply[], component: 'memcached' | 'mcrouter' = 'memcached') =>
  replies.reduce((pulse, reply) => pulseAfter(pulse, reply, component), UNKNOWN)

t.test('a process is silent from the second time in a row, and asked again soon before that', async (t) => {
  t.match(after([server(1), SILENT]), { state: 'answering', silences: 1 })
  t.ok(isDoubtful(after([server(1), SILENT])))
  t.match(after([server(1), SILENT, SILENT]), { state: 'silent', silences: 2, hasAnswered: true })
  t.notOk(isDoubtful(after([SILENT, SILENT])))
  t.match(after([SILENT, server(1), SILENT]), { state: 'answering' }, 'not in a row')
  t.match(after([SILENT, SILENT, SILENT, server(1)]), { state: 'answering', silences: 0 })
})

t.test(
  'what cannot be reached is not known; of one that was silent, the queue of connections is full',
  async (t) => {
    t.match(after([server(1), GONE]), { state: 'unknown', hasAnswered: true })
    t.match(after([SILENT, SILENT, GONE]), { state: 'silent' })
  },
)

t.test('that a certificate cannot be used stands until it is shown, or the pod is well', async (t) => {
  const unusable = 'it closes connections'
  const closed: Reply = { ...GONE, unusable }
  const shown: Reply = { ...GONE, served: { notAfter: 5, dueAt: 4, endsSoon: true, mayBeRenewed: true } }
  t.match(after([closed], 'mcrouter'), { state: 'unknown', unusable })
  t.equal(after([closed, GONE], 'mcrouter').unusable, unusable)
  t.equal(after([closed, SILENT, SILENT], 'mcrouter').unusable, unusable)
  t.equal(after([closed, router()], 'mcrouter').unusable, '')
  t.match(after([closed, shown], 'mcrouter'), { unusable: '', certificate: { notAfter: 5, dueAt: 4 } })
  t.match(after([shown, GONE], 'mcrouter'), { certificate: { notAfter: 5 } })
  const told: Reply = { kind: 'answered', text: 'ERROR\r\n', unusable }
  t.match(after([told, GONE]), { state: 'unknown', unusable }, 'the connection to tell it on is lost')
})

t.test('a router is believed of a server that it holds for dead twice', async (t) => {
  t.match(after([router('cache-memcached-1')], 'mcrouter'), {
    suspects: [],
    doubted: ['cache-memcached-1'],
  })
  t.ok(isDoubtful(after([router('cache-memcached-1')], 'mcrouter')))
  const twice = [router('cache-memcached-1'), router('cache-memcached-1', 'cache-memcached-0')]
  t.match(after(twice, 'mcrouter'), { suspects: ['cache-memcached-1'], doubted: ['cache-memcached-0'] })
  t.match(after([...twice, router()], 'mcrouter'), { suspects: [], doubted: [], state: 'answering' })
  t.match(after([{ kind: 'answered', text: 'CLIENT_ERROR bad stats command\r\n' }], 'mcrouter'), {
    state: 'answering',
    suspects: [],
  })
})

t.test(
  'connections are exhausted when they are refused, or few are left, and until there is room',
  async (t) => {
    t.match(after([server(10)]), { connections: { exhausted: false } })
    t.match(after([server(1_000)]), { connections: { exhausted: true } })
    t.match(after([server(1_000), server(900)]), { connections: { exhausted: true } }, 'it does not flap')
    t.match(after([server(1_000), server(800)]), { connections: { exhausted: false } })
    t.match(after([server(10, 5)]), { connections: { exhausted: false } }, 'long ago')
    t.match(after([server(10, 5), server(10, 6)]), { connections: { exhausted: true } })
    const full: Reply = { kind: 'answered', text: 'ERROR Too many open connections\r\n' }
    t.match(after([server(10), full]), { state: 'full' })
  },
)

/** Of a router with so many clients, three servers and two threads. */
const crowd = (
  clients: number,
  version = '2026.08.17.00 mcrouter',
  kind: 'answered' | 'full' = 'answered',
) => ({
  kind,
  text: `STAT version ${version}\r\nSTAT num_servers 6\r\nSTAT ${version.startsWith('37') ? 'num_clients' : 'num_client_connections'} ${clients}\r\nEND\r\nEND\r\n`,
})
const RELEASE_37 = '37.0.0 mcrouter'

t.test(
  'a router that answers on a connection of before alone is out of connections and does not hang',
  async (t) => {
    const full = crowd(960, RELEASE_37, 'full')
    t.match(
      after([crowd(900, RELEASE_37), full], 'mcrouter'),
      { state: 'answering', silences: 1 },
      'slow once',
    )
    t.ok(isDoubtful(after([crowd(900, RELEASE_37), full], 'mcrouter')))
    const twice = [crowd(900, RELEASE_37), full, full]
    t.match(after(twice, 'mcrouter'), { state: 'full', connections: { exhausted: true, most: 966 } })
    t.notOk(isDoubtful(after(twice, 'mcrouter')))
    t.match(after([...twice, SILENT, SILENT, GONE], 'mcrouter'), { state: 'full' }, 'without that connection')
    t.match(after([...twice, { kind: 'hung' }, { kind: 'hung' }], 'mcrouter'), { state: 'silent' })
    t.match(after([crowd(900), { kind: 'hung' }, { kind: 'hung' }], 'mcrouter'), { state: 'silent' })
  },
)

t.test('a router says that few connections are left before none is', async (t) => {
  const exhausted = (...replies: Reply[]) => after(replies, 'mcrouter').connections?.exhausted
  t.equal(exhausted(crowd(900, RELEASE_37)), false)
  t.equal(exhausted(crowd(1_000, RELEASE_37)), false, 'nobody knows the limit of its node')
  const once = crowd(1_000, RELEASE_37, 'full')
  t.equal(
    exhausted(crowd(1_000, RELEASE_37), once, once, crowd(970, RELEASE_37)),
    true,
    'but for having met it',
  )
  t.equal(exhausted(crowd(1_000, RELEASE_37), once, once, crowd(900, RELEASE_37)), true, 'it does not flap')
  t.equal(exhausted(crowd(1_000, RELEASE_37), once, once, crowd(800, RELEASE_37)), false)
  t.equal(exhausted(crowd(970)), false, 'a current one raises its limit')
  t.equal(exhausted(crowd(990_000)), true, 'up to --max-conns')
  const limited = (reply: Reply) => pulseAfter(UNKNOWN, reply, 'mcrouter', 10_000).connections?.exhausted
  t.equal(limited(crowd(9_400)), false)
  t.equal(limited(crowd(9_600)), true, 'or what the spec allows')
  t.equal(limited(crowd(9_600, RELEASE_37)), false, 'which this release only counts')
  const full = crowd(4_000, undefined, 'full')
  t.equal(exhausted(crowd(4_000), full, full, crowd(3_900)), true, 'of as many as it had when it was full')
  t.equal(exhausted(crowd(4_000), full, full, crowd(3_000)), false)
  t.equal(exhausted(crowd(4_000), full, full, crowd(3_000), crowd(3_900)), true)
  t.equal(exhausted(crowd(4_000), full, full, crowd(3_000), crowd(5_000)), false)
})

t.test('a router says what it is', async (t) => {
  t.equal(after([crowd(1)], 'mcrouter').version, '2026.08.17.00 mcrouter')
  t.equal(after([crowd(1), SILENT, SILENT], 'mcrouter').version, '2026.08.17.00 mcrouter')
  t.equal(after([crowd(1, 'x'.repeat(200))], 'mcrouter').version, '')
})

t.test('an answer of whatever kind is read in linear time', async (t) => {
  const text = `STAT ${'a'.repeat(120_000)}\r\nEND\r\n`
  t.match(after([{ kind: 'answered', text }], 'mcrouter'), { state: 'answering' })
  t.match(after([{ kind: 'answered', text }]), { state: 'answering' })
})
