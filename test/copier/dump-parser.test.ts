import fc from 'fast-check'
import t from 'tap'
import { isReachable, type Listed } from '../../copier/dump/dump-line.ts'
import { DumpParser } from '../../copier/dump/dump-parser.ts'
import { effort } from '../../testing/effort.ts'
import { RECORDED, recorded } from './replies.ts'

/** As bytes. */
const KEYS = ['n', 'plain', 'k'.repeat(250), 'flags', 'pct%41', 'sp|#|x', '\xc3\xa4\xff', 'a&b=c?d/e']

/** Of a reply in pieces. */
function read(...pieces: string[]): { listed: Listed[]; complete: boolean; refusal: string | undefined } {
  const listed: Listed[] = []
  const parser = new DumpParser((one) => listed.push(one))
  const complete = pieces.map((piece) => parser.take(piece)).at(-1) ?? false
  return { listed, complete, refusal: parser.refusal }
}

function keysOf(listed: readonly Listed[]): string[] {
  return listed.map(({ key }) => key.toString('latin1')).toSorted()
}

for (const release of ['1.5.22', '1.6.18', '1.6.45']) {
  for (const order of ['all', 'hash', '1,2']) {
    if (release === '1.5.22' && order === 'hash') continue
    t.test(`a dump of ${release}: ${order}`, async (t) => {
      const { listed, complete } = read(recorded(release, `lru_crawler metadump ${order}`))
      t.ok(complete)
      const wanted = KEYS.filter((key) => order !== '1,2' || key.length < 250).toSorted()
      t.strictSame(keysOf(listed), wanted)
      const byKey = new Map(listed.map((one) => [one.key.toString('latin1'), one]))
      const first = release === '1.6.45' ? 2n : 1n
      t.match(byKey.get('plain'), { exp: 0, cas: first, size: 65 })
      const flags = byKey.get('flags')
      t.equal((flags?.exp ?? 0) - (flags?.la ?? 0), 100)
    })
  }
}

t.test('a server without dumps by hash says so', async (t) => {
  t.match(read(recorded('1.5.22', 'lru_crawler metadump hash')), { complete: true, refusal: 'no-hash' })
})

t.test('one that is busy, and one that refuses', async (t) => {
  t.match(read('BUSY currently processing crawler request\r\n'), { complete: true, refusal: 'busy' })
  for (const refusal of ['ERROR metadump not allowed', 'CLIENT_ERROR lru crawler disabled', 'ERROR']) {
    t.throws(() => read(`${refusal}\r\n`), { code: 'DumpRefused', message: refusal })
  }
  t.throws(() => read('HTTP/1.1 400 Bad Request\r\n'), { name: 'ServerError' })
})

t.test('a dump in any pieces is the same dump, and one that is cut at any byte is none', async (t) => {
  const dumps = RECORDED.filter(
    ({ request, reply }) => request.includes('metadump') && reply.endsWith('END\r\n'),
  )
  t.equal(dumps.length, 8)
  for (const { reply } of dumps) {
    const whole = read(reply).listed
    for (let cut = 0; cut < reply.length; cut += 1) {
      const before = read(reply.slice(0, cut))
      const isWhole = reply.slice(0, cut).endsWith('END\r')
      if (!isWhole && before.complete) t.fail(`complete at ${cut} of ${reply.length}`)
    }
    fc.assert(
      fc.property(fc.array(fc.nat(reply.length)), (cuts) => {
        const at = [0, ...cuts.toSorted((a, b) => a - b), reply.length]
        const pieces = at.slice(1).map((end, index) => reply.slice(at[index], end))
        t.strictSame(read(...pieces).listed, whole)
      }),
      effort(20),
    )
  }
})

t.test('what is no line of a dump ends it', async (t) => {
  const [line = ''] = recorded('1.6.18', 'lru_crawler metadump all').split('\n')
  for (const wrong of ['key=', 'x', line.replace('cas=9', 'cas=x'), line.replace('key=n', 'key='), 'OK'])
    t.throws(() => read(`${line}\n${wrong}\n`), { name: 'ServerError' }, wrong)
  t.throws(() => read('x'.repeat(4096)), /without end/)
})

t.test('keys that no client of mcrouter can say', async (t) => {
  const injected = 'key=a%0D%0Aflush_all exp=-1 la=1 cas=1 fetch=no cls=1 size=66\r\nEND\r\n'
  const [{ key = Buffer.of() } = {}] = read(injected).listed
  t.equal(key.toString(), 'a\r\nflush_all')
  t.notOk(isReachable(key))
  for (const wrong of ['', ' ', 'a b', 'a\0', '\x7f', 'a\t', 'x'.repeat(251)])
    t.notOk(isReachable(Buffer.from(wrong)), JSON.stringify(wrong))
  for (const right of KEYS) t.ok(isReachable(Buffer.from(right, 'latin1')), right)
})

t.test('numbers at their ends', async (t) => {
  const line = `key=a exp=4294967295 la=0 cas=${2n ** 64n - 1n} fetch=yes cls=1 size=1048576`
  const [one] = read(`${line}\r\nEND\r\n`).listed
  t.match(one, { exp: 4294967295, la: 0, cas: 2n ** 64n - 1n, size: 1048576 })
})
