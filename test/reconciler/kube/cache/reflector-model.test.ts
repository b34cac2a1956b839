import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../../../testing/effort.ts'
import { Reflection } from '../../../support/api-model/reflection.ts'
import type { Fault } from '../../../support/api-model/session.ts'

type Step = (it: Reflection) => void | Promise<void>

const name = fc.constantFrom('a', 'b', 'c', 'd', 'e')
const fault: fc.Arbitrary<Fault | undefined> = fc.constantFrom<(Fault | undefined)[]>(
  undefined,
  { kind: 'reset' },
  { kind: 'silent' },
  { kind: 'unanswered' },
  { kind: 'status', status: 410, reason: 'Expired' },
  { kind: 'status', status: 429, reason: 'TooManyRequests', retryAfter: '5' },
  { kind: 'status', status: 500, reason: 'InternalError' },
)

/** Something that happens on the server, on the way or to the time; it shows itself as text in a counterexample. */
const step: fc.Arbitrary<{ toString(): string; run: Step }> = fc.oneof(
  named(
    fc.tuple(name, fc.nat(99)),
    ([to, value]) => `put ${to} ${value}`,
    ([to, value], it) => it.put(to, `${value}`),
  ),
  named(
    name,
    (one) => `remove ${one}`,
    (one, it) => it.remove(one),
  ),
  named(
    fc.constant(0),
    () => 'compact',
    (_, it) => it.model.compact(),
  ),
  named(
    fc.constant(0),
    () => 'bookmark',
    (_, it) => it.model.bookmark(),
  ),
  named(
    fc.constant(0),
    () => 'end',
    (_, it) => it.model.broadcast((feed) => feed.end()),
  ),
  named(
    fc.constant(0),
    () => 'reset',
    (_, it) => it.model.broadcast((feed) => feed.fail(new Error('reset'))),
  ),
  named(
    fc.constant(0),
    () => 'garbage',
    (_, it) => it.model.broadcast((feed) => feed.write('{}\n')),
  ),
  named(
    fc.constant(0),
    () => 'disconnect',
    (_, it) => it.model.disconnect(),
  ),
  named(
    fault,
    (one) => `fault ${JSON.stringify(one)}`,
    (one, it) => {
      it.session.fault = () => one
    },
  ),
  named(
    fc.integer({ min: 0, max: 100_000 }),
    (ms) => `advance ${ms}`,
    (ms, it) => it.clock.advance(ms),
  ),
)

function named<T>(
  value: fc.Arbitrary<T>,
  text: (value: T) => string,
  run: (value: T, it: Reflection) => ReturnType<Step>,
) {
  return value.map((one) => ({ toString: () => text(one), run: (it: Reflection) => run(one, it) }))
}

t.test(
  'whatever happens, in the end the copy and the sum of what was told are what the server has',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const it = await new Reflection().start()
        for (const one of steps) await one.run(it)
        it.session.fault = () => undefined
        // A Retry-After or a silence that began just before has still to pass.
        await it.clock.until('the copy is true', () => it.inSync, 75_000)
        await it.stop()
        t.equal(it.clock.pending, 0)
      }),
      effort(300),
    )
  },
)
