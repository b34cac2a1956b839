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

t.test('an answer of whatever kind is read in linear time', async (t) => {
  const text = `STAT ${'a'.repeat(120_000)}\r\nEND\r\n`
  t.match(after([{ kind: 'answered', text }], 'mcrouter'), { state: 'answering' })
  t.match(after([{ kind: 'answered', text }]), { state: 'answering' })
})
