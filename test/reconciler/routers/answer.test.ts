import fc from 'fast-check'
import t from 'tap'
import { Answer } from '../../../reconciler/routers/answer.ts'
import { effort } from '../../../testing/effort.ts'

const LIMITS = { bytes: 64 * 1024, pieces: 1024 }

/** How many pieces it takes, all of it in pieces of `size` bytes. */
function piecesUntilComplete(text: string, size: number): number {
  const answer = new Answer({ bytes: 2 ** 20, pieces: 2 ** 20 })
  for (let from = 0, pieces = 1; from < text.length; from += size, pieces += 1) {
    if (!answer.take(text.slice(from, from + size))) continue
    t.equal(answer.text, text.slice(0, from + size))
    return pieces
  }
  return 0
}

t.test('an answer is complete with its line END or a line that refuses, in whatever pieces', async (t) => {
  const answers = [
    'END\r\n',
    'STAT a 1\r\nSTAT b 2\r\nEND\r\n',
    'ERROR\r\n',
    'SERVER_ERROR out of memory\r\n',
    'CLIENT_ERROR bad command line format\r\n',
  ]
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...answers), fc.integer({ min: 1, max: 64 }), async (text, size) => {
      t.equal(piecesUntilComplete(text, size), Math.ceil(text.length / size))
      t.equal(piecesUntilComplete(text.slice(0, -1), size), 0, 'and not before')
    }),
    effort(100),
  )
})

t.test('one that does not end is given up: by its length, and by its pieces', async (t) => {
  const endless = (piece: string) => {
    const answer = new Answer(LIMITS)
    for (let pieces = 1; ; pieces += 1) {
      try {
        answer.take(piece)
      } catch (error) {
        t.match(error, { message: 'its answer does not end' })
        return pieces
      }
    }
  }
  t.equal(endless('x'.repeat(1024)), 65)
  t.equal(endless('x'), 1025)
})

t.test('each byte is looked at once: the most that is taken costs a few milliseconds', async (t) => {
  for (const unit of ['A', 'ERROR ', 'END\r\n ', 'STAT a 1\r\n']) {
    const answer = new Answer({ bytes: 2 ** 20, pieces: 2 ** 20 })
    const pieces = 2 ** 16 / unit.length
    const before = process.cpuUsage()
    for (let piece = 0; piece < pieces; piece += 1) answer.take(unit)
    const { user, system } = process.cpuUsage(before)
    t.ok(user + system < 200_000, `${(user + system) / 1_000} ms for pieces of ${JSON.stringify(unit)}`)
  }
})
