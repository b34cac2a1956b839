import t from 'tap'
import type { Pod } from '../../../reconciler/observe/pod.ts'
import type { Reply } from '../../../reconciler/vitals/ask.ts'
import { UNKNOWN } from '../../../reconciler/vitals/pulse.ts'
import { Vitals } from '../../../reconciler/vitals/vitals.ts'
import { TestClock } from '../../support/clock.ts'
import { podWith, routerPods, serverPods } from '../pod.ts'

const NONE = new Map()
const ANSWER: Reply = { kind: 'answered', text: 'END\r\n' }
const SECOND = 1_000

function vitalsWith(reply: (pod: Pod) => Reply = () => ANSWER) {
  const clock = new TestClock()
  const asked: { at: number; name: string }[] = []
  const changes: string[] = []
  const vitals = new Vitals({
    clock,
    random: () => 0.5,
    ask: async (pod) => {
      asked.push({ at: clock.monotonic(), name: pod.metadata.name })
      return reply(pod)
    },
    onChange: (mcrouter, ms) => void changes.push(`${mcrouter}${ms === 0 ? '!' : ''}`),
  })
  return { clock, vitals, asked, changes }
}

t.test('each pod is asked every 20 s, one after the other', async (t) => {
  const { clock, vitals, asked } = vitalsWith()
  vitals.follow('shop/cache', [...serverPods(4), ...routerPods(2)], NONE)
  await clock.advance(60 * SECOND)
  const of = (name: string) => asked.filter((one) => one.name === name).map(({ at }) => at / SECOND)
  t.strictSame(of('r-0'), [5, 25, 45])
  t.strictSame(of('r-1'), [15, 35, 55])
  t.strictSame(of('cache-memcached-3'), [17.5, 37.5, 57.5])
  const routers = asked.filter(({ name }) => name.startsWith('r-'))
  t.strictSame(
    routers.map(({ name }) => name),
    ['r-0', 'r-1', 'r-0', 'r-1', 'r-0', 'r-1'],
  )
})

t.test('so is each of the largest pool that a spec may have, spread over the 20 s', async (t) => {
  const { clock, vitals, asked } = vitalsWith()
  vitals.follow('shop/cache', [...serverPods(1000), ...routerPods(100)], NONE)
  await clock.advance(20 * SECOND)
  t.equal(new Set(asked.map(({ name }) => name)).size, 1100)
  const inSecond = (second: number) => asked.filter(({ at }) => Math.floor(at / SECOND) === second).length
  t.ok(inSecond(0) <= 56 && inSecond(10) <= 56, 'at most 56 a second')
})

t.test(
  'what cannot be asked, because too many have still to answer, is unknown and not of before',
  async (t) => {
    const answers: ((reply: Reply) => void)[] = []
    const clock = new TestClock()
    let hangs = false
    const vitals = new Vitals({
      clock,
      random: () => 0.5,
      ask: () => (hangs ? new Promise((resolve) => answers.push(resolve)) : Promise.resolve(ANSWER)),
      onChange: () => undefined,
    })
    const pods = serverPods(101)
    const states = () => [...vitals.follow('shop/cache', pods, NONE).values()].map(({ state }) => state)
    vitals.follow('shop/cache', pods, NONE)
    await clock.advance(25 * SECOND)
    t.strictSame(new Set(states()), new Set(['answering']))
    hangs = true
    await clock.advance(21 * SECOND)
    t.equal(answers.length, 100)
    t.ok(states().includes('unknown'))
  },
)

t.test('a process that hangs is known within 30 s, and that it is back as well', async (t) => {
  let hangs = false
  const { clock, vitals, changes } = vitalsWith((pod) =>
    hangs && pod.metadata.name === 'cache-memcached-1' ? { kind: 'silent' } : ANSWER,
  )
  const pods = [...serverPods(2), ...routerPods(2)]
  const state = () => vitals.follow('shop/cache', pods, NONE).get('cache-memcached-1')?.state
  vitals.follow('shop/cache', pods, NONE)
  await clock.advance(60 * SECOND)
  t.equal(state(), 'answering')
  t.notOk(changes.includes('shop/cache!'), 'nothing is urgent in that')
  changes.length = 0
  // Right after it was asked: the longest that it can take.
  await clock.advance(15 * SECOND + 1)
  hangs = true
  await clock.advance(29 * SECOND)
  t.equal(state(), 'silent')
  t.match(changes, ['shop/cache!'])
  hangs = false
  await clock.advance(20 * SECOND)
  t.equal(state(), 'answering')
})

t.test('that another certificate is served is told, though the pod cannot be asked', async (t) => {
  let notAfter = 5
  const { clock, vitals, changes } = vitalsWith(() => ({
    kind: 'unreachable',
    because: 'it wants a certificate',
    served: { notAfter, dueAt: notAfter, endsSoon: false, mayBeRenewed: false },
  }))
  vitals.follow('shop/cache', [podWith({ component: 'mcrouter' })], NONE)
  await clock.advance(60 * SECOND)
  t.strictSame(changes, ['shop/cache'], 'once')
  notAfter = 6
  await clock.advance(20 * SECOND)
  t.strictSame(changes, ['shop/cache', 'shop/cache'])
})

t.test('what a pod said does not count for the process after a restart', async (t) => {
  const { clock, vitals } = vitalsWith(() => ({ kind: 'silent' }))
  const pod = podWith()
  vitals.follow('shop/cache', [pod], NONE)
  await clock.advance(30 * SECOND)
  t.match(vitals.follow('shop/cache', [pod], NONE).get(pod.metadata.name), { state: 'silent' })
  const restarted = { ...pod, startedAt: 2 }
  t.equal(vitals.follow('shop/cache', [restarted], NONE).get(pod.metadata.name), UNKNOWN)
})

t.test('pods that are not Ready, or that go, are not asked; nor is anybody in the end', async (t) => {
  const { clock, vitals, asked } = vitalsWith()
  const pods = [
    podWith({ ready: false }),
    podWith({ ordinal: 1, deleting: true }),
    podWith({ ordinal: 2, ip: '' }),
  ]
  t.equal(vitals.follow('shop/cache', pods, NONE).size, 0)
  await clock.advance(60 * SECOND)
  t.strictSame(asked, [])
  vitals.follow('shop/cache', serverPods(1), NONE)
  vitals.forget('shop/cache')
  vitals.follow('shop/other', serverPods(1), NONE)
  vitals.stop()
  await clock.advance(60 * SECOND)
  t.strictSame(asked, [])
  t.equal(clock.pending, 0)
})

t.test('who begins goes on from what the status says', async (t) => {
  const { vitals } = vitalsWith()
  const recorded = new Map([['cache-memcached-0', { ...UNKNOWN, state: 'silent' as const }]])
  t.match(vitals.follow('shop/cache', serverPods(2), recorded).get('cache-memcached-0'), {
    state: 'silent',
    silences: 0,
  })
})

t.test('what is kept for asking a pod is given back when it is asked no more', async (t) => {
  const clock = new TestClock()
  const released: string[] = []
  let answer = (_: Reply) => {}
  const ask = () =>
    new Promise<Reply>((resolve) => {
      answer = resolve
    })
  const release = ({ metadata }: Pod) => void released.push(metadata.name)
  const onChange = () => undefined
  const vitals = new Vitals({ clock, random: () => 0.5, ask: Object.assign(ask, { release }), onChange })
  const routers = ['r-0', 'r-1', 'r-2'].map((name) => podWith({ component: 'mcrouter', name, uid: name }))
  vitals.follow('shop/cache', routers, NONE)
  vitals.follow('shop/cache', routers.slice(0, 2), NONE)
  t.strictSame(released.splice(0), ['r-2'])
  const unready = routers.slice(0, 2).map((pod) => ({ ...pod, ready: false }))
  vitals.follow('shop/cache', unready, NONE)
  vitals.follow('shop/cache', routers.slice(0, 2), NONE)
  t.strictSame(released, [], 'one that is full is not Ready for a while, and is told by what is kept')
  await clock.advance(8 * SECOND)
  vitals.forget('shop/cache')
  t.strictSame(released.splice(0), ['r-0', 'r-1'])
  answer(ANSWER)
  await clock.advance(0)
  t.strictSame(released, ['r-0'], 'also by an answer that comes after that')
})
