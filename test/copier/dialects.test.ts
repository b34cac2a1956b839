import fc from 'fast-check'
import t from 'tap'
import { classicDialect } from '../../copier/servers/classic.ts'
import type { Dialect } from '../../copier/servers/dialect.ts'
import { expiryOf, type Item, isSame } from '../../copier/servers/item.ts'
import { metaDialect } from '../../copier/servers/meta.ts'
import { Replies, type Reply } from '../../copier/servers/replies.ts'
import { effort } from '../../testing/effort.ts'
import { RECORDED, recorded } from './replies.ts'

const plain = metaDialect(false)
const key = Buffer.from('n')
const item: Item = { value: Buffer.from('15'), flags: '9', ttl: -1, cas: 5n }

function replyOf(release: string, request: string): Reply {
  const replies = new Replies().take(Buffer.from(recorded(release, request), 'latin1'))
  t.equal(replies.length, 1, `one reply to ${request}`)
  return replies[0] ?? { line: '', lines: [] }
}

function text(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces).toString()
}

for (const release of ['1.6.18', '1.6.45']) {
  t.test(`meta commands of ${release}`, async (t) => {
    const cas = release === '1.6.18' ? 1n : 2n
    const reply = new Replies().take(Buffer.from(`VA 1 f0 t-1 c${cas}\r\nv\r\n`))[0]
    t.strictSame(plain.item(reply ?? { line: '', lines: [] }), {
      value: Buffer.from('v'),
      flags: '0',
      ttl: -1,
      cas,
    })
    t.equal(plain.item(replyOf(release, 'mg nope s v f t c u')), undefined)
    t.strictSame(plain.stored(replyOf(release, 'ms plain 1 F1 T60 c ME y')), { kind: 'unmet' })
    t.strictSame(plain.stored(replyOf(release, 'ms nope 1 F1 c C5 y')), { kind: 'unmet' })
    t.match(plain.stored(replyOf(release, 'ms new 1 F1 T60 c ME y')), { kind: 'done' })
    t.strictSame(plain.removed(replyOf(release, 'md nope C5')), { kind: 'unmet' })
    t.strictSame(plain.removed(replyOf(release, 'md plain C5')), { kind: 'unmet' })
    t.strictSame(plain.removed(replyOf(release, 'md plain')), { kind: 'done', cas: 0n })
  })
}

t.test('what is written, with E where it is understood', async (t) => {
  const storing = { key, item, expiry: 60, condition: 'always' } as const
  t.equal(text(plain.get(key)), 'mg n v f t c\r\n')
  t.equal(text(plain.store(storing)), 'ms n 2 F9 T60 c\r\n15\r\n')
  t.equal(text(plain.store({ ...storing, condition: 'absent' })), 'ms n 2 F9 T60 ME c\r\n15\r\n')
  t.equal(text(metaDialect(true).store({ ...storing, condition: 7n })), 'ms n 2 F9 T60 C7 E5 c\r\n15\r\n')
  t.equal(text(plain.remove({ key, condition: 7n })), 'md n C7\r\n')
  t.equal(text(plain.remove({ key, condition: 'always' })), 'md n\r\n')
})

t.test('the commands of 1.5', async (t) => {
  const storing = { key, item, expiry: 60, condition: 'always' } as const
  t.equal(text(classicDialect.get(key)), 'gets n\r\n')
  t.equal(text(classicDialect.store(storing)), 'set n 9 60 2\r\n15\r\n')
  t.equal(text(classicDialect.store({ ...storing, condition: 'absent' })), 'add n 9 60 2\r\n15\r\n')
  t.equal(text(classicDialect.store({ ...storing, condition: 7n })), 'cas n 9 60 2 7\r\n15\r\n')
  t.equal(text(classicDialect.remove({ key, condition: 7n })), 'cas n 0 -1 0 7\r\n\r\n')
  t.equal(text(classicDialect.remove({ key, condition: 'always' })), 'delete n\r\n')
  t.strictSame(classicDialect.removed(replyOf('1.5.22', 'cas n 0 -1 0 5')), { kind: 'unmet' })
  const [found, absent] = new Replies().take(Buffer.from('VALUE n 9 2 9\r\n15\r\nEND\r\nEND\r\n'))
  t.match(found && classicDialect.item(found), { flags: '9', cas: 9n, ttl: undefined })
  t.equal(absent && classicDialect.item(absent), undefined)
})

t.test('a value that the server does not take, and what is no answer', async (t) => {
  const dialects: readonly Dialect[] = [plain, classicDialect]
  for (const dialect of dialects) {
    const line = 'SERVER_ERROR object too large for cache'
    t.strictSame(dialect.stored({ line, lines: [] }), { kind: 'refused', because: line })
    for (const line of ['CLIENT_ERROR bad data chunk', 'ERROR', 'END ', ''])
      t.throws(() => dialect.stored({ line, lines: [] }), { name: 'ServerError' }, line)
    t.throws(() => dialect.item({ line: 'ERROR', lines: [] }), { name: 'ServerError' })
  }
})

t.test('replies in any pieces are the same replies', async (t) => {
  const all = RECORDED.filter(({ request }) => /^(mg|ms|md|gets|cas) /.test(request)).map(
    ({ reply }) => reply,
  )
  const stats = 'STAT a 1\r\nSTAT version 1.6.18\r\nEND\r\n'
  const stream = Buffer.from([...all, stats, 'VA 4 f0 t-1 c1\r\n\r\nEN\r\n'].join(''), 'latin1')
  const whole = new Replies().take(stream)
  t.strictSame(whole.at(-2)?.lines, ['STAT a 1', 'STAT version 1.6.18'])
  t.equal(whole.at(-1)?.value?.toString(), '\r\nEN')
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length), { maxLength: 40 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), stream.length]
      const replies = new Replies()
      t.strictSame(
        at.slice(1).flatMap((end, index) => replies.take(stream.subarray(at[index], end))),
        whole,
      )
    }),
    effort(50),
  )
  t.throws(() => new Replies().take(Buffer.alloc(8192, 'x')), /without end/)
  t.throws(() => new Replies().take(Buffer.from('VA 1 f0\r\nabc')), /value without end/)
  t.throws(() => new Replies().take(Buffer.from('VA 9999999999 f0\r\n')), /1 GiB/)
})

t.test('when a copy expires', async (t) => {
  const now = 1_800_000_000_500
  const month = 30 * 86_400
  t.equal(expiryOf(item, { cas: 5n, exp: 1_800_000_060 }, now), 1_800_000_060, 'as listed')
  t.equal(expiryOf({ ...item, ttl: 60 }, { cas: 4n, exp: 0 }, now), 61, 'not early')
  t.equal(expiryOf(item, { cas: 4n, exp: 7 }, now), 0, 'never')
  t.equal(expiryOf({ ...item, ttl: month - 1 }, { cas: 4n, exp: 0 }, now), month)
  t.equal(
    expiryOf({ ...item, ttl: month }, { cas: 4n, exp: 0 }, now),
    1_800_000_000 + month + 1,
    'as Unix time',
  )
  t.equal(expiryOf({ ...item, ttl: undefined }, { cas: 4n, exp: 7 }, now), 7, 'where nobody tells')
})

t.test('whether two places have the same', async (t) => {
  t.ok(isSame({ ...item, ttl: 10 }, { ...item, ttl: 12, cas: 1n }))
  t.notOk(isSame({ ...item, ttl: 10 }, { ...item, ttl: 13 }))
  t.notOk(isSame({ ...item, ttl: 1 }, item), 'one that ends, and one that does not')
  t.notOk(isSame(item, { ...item, flags: '8' }))
  t.notOk(isSame(item, { ...item, value: Buffer.from('16') }))
})
