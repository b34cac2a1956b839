import t from 'tap'
import { type Candidate, Election } from '../../../support/api-model/election.ts'

const SECOND = 1_000
/** The lease, and the longest pause between two looks at it. */
const LATEST = 15 * SECOND + 4.4 * SECOND

/** How a lease may be found. */
const FOUND: Readonly<Record<string, () => Promise<Election>>> = {
  'there was none': async () => new Election(),
  'the one before gave it back': async () => {
    const election = new Election()
    await live(election, election.candidate('zero'))
    return election
  },
  'the one before was killed': async () => {
    const election = new Election()
    const zero = election.candidate('zero')
    await election.clock.advance(0)
    zero.session.fault = () => ({ kind: 'silent' })
    return election
  },
}

for (const [what, find] of Object.entries(FOUND)) {
  t.test(
    `killed at any call of its life, when ${what}: one other leads in time, and in the end nobody`,
    async (t) => {
      const undisturbed = await find()
      const one = undisturbed.candidate('one', () => 0)
      await live(undisturbed, one)
      const calls = one.session.sent.map(({ method }) => method)
      t.match(calls.join(' '), /(POST|PUT) PUT PUT GET PUT$/, 'taken, renewed twice and given back')

      for (const [index, method] of calls.entries()) {
        for (const kind of ['reset', 'unanswered'] as const) {
          const place = `call ${index + 1}, ${method}, ${kind === 'reset' ? 'not' : 'and'} carried out`
          const election = await find()
          const killed = election.candidate('killed', () => 0)
          killAt(killed, index, kind)
          await live(election, killed)
          const before = Number(election.spec.leaseTransitions ?? -1)

          const others = [election.candidate('two', () => 0.3), election.candidate('three', () => 0.7)]
          const leading = () => others.filter(({ leads }) => leads)
          await election.clock.until(`another leads, killed at ${place}`, () => leading().length > 0, LATEST)
          await election.clock.advance(20 * SECOND)
          t.same(
            [election.spec.holderIdentity],
            leading().map(({ elector }) => elector.holder),
            place,
          )
          t.equal(election.spec.leaseTransitions, before + 1, 'the lease changed hands once')
          await election.stop()
          t.match(election.spec, { holderIdentity: '', leaseDurationSeconds: 1 })
        }
      }
      t.match(undisturbed.spec, { holderIdentity: '', leaseDurationSeconds: 1 }, 'as undisturbed')
      await undisturbed.stop()
    },
  )
}

/** A whole life, if nothing comes between: it leads until its lease is renewed twice, and gives it back. */
async function live(election: Election, one: Candidate): Promise<void> {
  const { sent } = one.session
  for (let waited = 0; waited < LATEST && !one.leads; waited += SECOND) await election.clock.advance(SECOND)
  const { length } = sent
  for (let waited = 0; waited < 5 && sent.length < length + 2; waited += 1)
    await election.clock.advance(SECOND)
  one.stop()
  one.finish()
  await election.clock.advance(0)
}

/** That call is its last, carried out or not. A process that is dead hears and sends nothing. */
function killAt({ session }: Candidate, index: number, kind: 'reset' | 'unanswered'): void {
  let calls = 0
  session.fault = () => {
    const call = calls++
    if (call < index) return undefined
    return { kind: call === index ? kind : 'silent' }
  }
}
