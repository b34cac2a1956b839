import fc from 'fast-check'
import t from 'tap'
import { Answers } from '../../exporter/answers.ts'
import { MEMCACHED } from './target.ts'

const LIMITS = { bytes: 10_000, lines: 500 }

t.test('each request has the lines of its answer', async (t) => {
  const answers = new Answers(2, LIMITS)
  t.equal(answers.take('STAT a 1\r\nEN'), false)
  t.equal(answers.take('D\r\nSTAT b 2\r'), false)
  t.equal(answers.take('\nEND\r\n'), true)
  t.strictSame(answers.complete, [['STAT a 1'], ['STAT b 2']])
})

t.test('wherever the network cuts it', async (t) => {
  const whole = new Answers(4, LIMITS)
  t.ok(whole.take(MEMCACHED))
  fc.assert(
    fc.property(fc.array(fc.nat(MEMCACHED.length), { maxLength: 20 }), (cuts) => {
      const answers = new Answers(4, LIMITS)
      const bounds = [0, ...cuts.toSorted((a, b) => a - b), MEMCACHED.length]
      const complete = bounds.slice(1).map((end, index) => answers.take(MEMCACHED.slice(bounds[index], end)))
      return complete.at(-1) === true && JSON.stringify(answers.complete) === JSON.stringify(whole.complete)
    }),
  )
})

t.test('what does not end is given up', async (t) => {
  const takes = (pieces: readonly string[], limits = LIMITS) => {
    const answers = new Answers(1, limits)
    for (const piece of pieces) answers.take(piece)
  }
  t.throws(() => takes(['x'.repeat(9_999), 'yz']), { message: 'its answer does not end' })
  t.throws(() => takes(Array(501).fill('\r\n')), { message: 'its answer has too many lines' })
  const roomy = { bytes: 1_000_000, lines: 10_000 }
  t.throws(() => takes(['x'.repeat(16_385)], roomy), { message: 'its answer has a line without end' })
  t.throws(() => takes([`${'x'.repeat(16_385)}\r\nEND\r\n`], roomy), {
    message: 'its answer has a line without end',
  })
  t.throws(() => takes(Array(4_097).fill('x'), roomy), { message: 'its answer does not end' })
})

t.test('a refusal is no answer', async (t) => {
  for (const line of ['ERROR', 'CLIENT_ERROR bad stats command', 'SERVER_ERROR out of memory']) {
    t.throws(() => new Answers(2, LIMITS).take(`${line}\r\n`), { message: `it refuses: ${line}` })
    t.throws(() => new Answers(2, LIMITS).take(`STAT a 1\r\nEND\r\n${line}\r\n`), /it refuses/)
  }
})
