import t from 'tap'
import { PHASES, type Phase } from '../../copier/phases.ts'
import type { Work } from '../../copier/work.ts'
import { Client } from './client.ts'
import { RoutedClient, type Routing } from './routed-client.ts'
import { ended, type Memcached, orderOf, Stage } from './stage.ts'

// Whole resizes beside writers, with real memcached; the routers are those of the test.

const KEYS = 400
const WRITERS = 8

/** The phases in their order, each with what routers do meanwhile. */
const STEPS: readonly (readonly [Routing, Phase])[] = [
  ['old', 'copy'],
  ['mirror', 'mirror'],
  ['flip', 'flip'],
  ['new', 'purge'],
]

interface Resize {
  readonly stage: Stage
  readonly servers: readonly Memcached[]
  readonly from: number
  readonly to: number
  /** Whether each phase is worked on by a process that knows nothing of those before. */
  readonly forgets: boolean
}

/** Today's order, for comparison: routers change, and nothing is copied. */
const COLD: typeof STEPS = [['new', 'clean']]

/** Writers that go on until all phases are done; what they have seen. */
async function resize(
  { stage, servers, from, to, forgets }: Resize,
  steps = STEPS,
): Promise<readonly RoutedClient[]> {
  let routing: Routing = 'old'
  let isOver = false
  const writers = await Promise.all(
    Array.from({ length: WRITERS }, (_, index) => filled(servers, { from, to, salt: '' }, index)),
  )
  const running = writers.map(async ({ client, keys }) => {
    for (let turn = 0; !isOver; turn += 1)
      await act(client, routing, keys[(turn * 7) % keys.length] ?? '', turn)
  })
  let work: Work | undefined
  for (const [next, phase] of steps) {
    routing = next
    const order = orderOf({ from, to }, servers, phase)
    if (work === undefined || forgets) work = stage.work(order)
    else await work.take(order)
    const progress = await ended(work)
    if (progress.state !== 'done') throw new Error(JSON.stringify(progress))
  }
  isOver = true
  await Promise.all(running)
  for (const { client, keys } of writers) for (const key of keys) await client.get('new', key)
  return writers.map(({ client }) => client)
}

async function filled(
  servers: readonly Memcached[],
  move: { from: number; to: number; salt: string },
  writer: number,
) {
  const client = new RoutedClient(
    servers.map((server) => new Client(server)),
    move,
  )
  const keys = Array.from({ length: KEYS / WRITERS }, (_, index) => `w${writer}:${index}`)
  for (const key of keys) await client.set('old', key)
  return { client, keys }
}

/** Half of it is read; a key that was deleted is written again by a later turn. */
async function act(client: RoutedClient, routing: Routing, key: string, turn: number): Promise<void> {
  if (turn % 2 === 0) await client.get(routing, key)
  else if (turn % 13 === 0) await client.delete(routing, key)
  else if (turn % 5 === 0) await client.increment(routing, key)
  else await client.set(routing, key)
}

for (const isClassic of [false, true]) {
  for (const forgets of [false, true]) {
    const title = `${isClassic ? '1.5' : '1.6'}, ${forgets ? 'killed before each phase' : 'one process'}`
    t.test(title, async (t) => {
      const stage = new Stage(t)
      stage.isClassic = isClassic
      const servers = await stage.pool(3)
      // There and back: what the first has left would come back in the second.
      for (const [from, to] of [
        [2, 3],
        [3, 2],
      ] as const) {
        const clients = await resize({ stage, servers, from, to, forgets })
        const reads = clients.reduce((all, one) => all + one.reads, 0)
        t.strictSame(
          clients.flatMap(({ faults }) => faults),
          [],
          `${reads} reads from ${from} to ${to}`,
        )
        t.ok(reads > KEYS, `${reads} reads`)
      }
    })
  }
}

t.test('without copies it would not hold', async (t) => {
  const stage = new Stage(t)
  const servers = await stage.pool(3)
  const seen = async (from: number, to: number) =>
    (await resize({ stage, servers, from, to, forgets: false }, COLD)).flatMap(({ faults }) => faults)
  t.ok(
    (await seen(2, 3)).some(({ read }) => read === undefined),
    'there are misses',
  )
  t.ok(
    (await seen(3, 2)).some(({ read }) => read !== undefined),
    'there are old values',
  )
})

t.test('an order that is given again changes nothing, and the next phase waits for no other', async (t) => {
  const stage = new Stage(t)
  const servers = await stage.pool(2)
  const move = { from: 1, to: 2 }
  const work = stage.work(orderOf(move, servers, 'copy'))
  const { since } = await ended(work)
  await work.take(orderOf(move, servers, 'copy'))
  t.match(work.progress, { state: 'done', since })
  await work.take({ ...orderOf(move, servers, 'copy'), rate: 5 })
  t.match(work.progress, { state: 'done', since, rate: 5 })
  t.notOk(work.fits({ ...orderOf(move, servers, 'copy'), id: 'another' }))
  for (const phase of PHASES) {
    const order = orderOf(move, servers, phase)
    t.ok(work.fits(order))
    await work.take(order)
    t.match(await ended(work), { phase, state: 'done' })
  }
})
