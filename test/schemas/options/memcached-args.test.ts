import { readFileSync } from 'node:fs'
import t from 'tap'
import { memcachedComplaints, memcachedRelease } from '../../../schemas/options/memcached-args.ts'
import { EXTENDED, MEMCACHED } from '../../../schemas/options/memcached-options.ts'

/** Of each release: the text of `memcached -h`, or its options in the same form. */
const RELEASES = ['1.5', '1.6.18'].map((release) => ({
  release,
  help: readFileSync(new URL(`memcached-${release}.txt`, import.meta.url), 'utf8'),
}))

function said(args: readonly string[], release?: '1.5' | '1.6'): string[] {
  return memcachedComplaints(args, { release, fieldOf: (setting) => `memcached.${setting}` }).map(
    ({ index, kind, written, words }) => `[${index}] ${kind}: ${written}: ${words}`,
  )
}

for (const { release, help } of RELEASES) {
  t.test(`every option of memcached ${release} is in the table`, async (t) => {
    const listed = [...help.matchAll(/^-(\w)\b/gm)].map(([, letter = '']) => letter)
    const extended = [...help.matchAll(/^ {3}- (\w+):/gm)].map(([, name = '']) => name)
    t.ok(listed.length > 30 && extended.length > 10)
    for (const letter of listed) t.ok(Object.hasOwn(MEMCACHED, letter), `-${letter}`)
    for (const name of extended) t.ok(Object.hasOwn(EXTENDED, name), `-o ${name}`)
    for (const [, letter = '', long = ''] of help.matchAll(/^-(\w), --([a-z-]+)/gm))
      t.ok(letter === 'N' || MEMCACHED[letter]?.long === long, `-${letter} is --${long}`)
  })
}

t.test('what 1.5 has is not said to be newer', async (t) => {
  const [{ help = '' } = {}] = RELEASES
  for (const [, letter = ''] of help.matchAll(/^-(\w)\b/gm)) t.notOk(MEMCACHED[letter]?.since, letter)
})

t.test('sensible options are taken, in every way in which getopt reads them', async (t) => {
  for (const args of [
    [],
    ['-R', '40'],
    ['-R40'],
    ['--max-reqs-per-event=40'],
    ['--max-reqs-per-event', '40'],
    ['-vv'],
    ['-v', '-v'],
    ['-vCR', '40'],
    ['-F', '-X', '-M', '-b', '2048', '-B', 'ascii', '-f', '1.5', '-n', '64'],
    ['-o', 'modern,hashpower=18,slab_automove,idle_timeout=0'],
    ['-o', 'slab_automove=2', '-o', 'hash_algorithm=xxh3,idle_timeout=300'],
    ['--extended=hot_lru_pct=30,warm_lru_pct=50', '-W'],
  ])
    t.same(said(args), [], args.join(' '))
})

t.test('what the operator sets is refused with the field to use', async (t) => {
  t.same(said(['-p', '11212', '--memory-limit=64', '-I', '2m', '-c10', '--threads=2']), [
    '[0] forbidden: -p: set memcached.port instead',
    '[2] forbidden: -m: set memcached.memory instead',
    '[3] forbidden: -I: set memcached.maxItemSize instead',
    '[5] forbidden: -c: set memcached.maxConnections instead',
    '[6] forbidden: -t: set memcached.threads instead',
  ])
})

t.test('no other file, user, socket or program can be reached, however it is written', async (t) => {
  for (const args of [
    ['-s', '/tmp/socket'],
    ['-s/tmp/socket'],
    ['-vs', '/tmp/socket'],
    ['--unix-socket=/tmp/socket'],
    ['-a', '777'],
    ['-u', 'root'],
    ['-vuroot'],
    ['--user=root'],
    ['-l', '0.0.0.0'],
    ['-U', '11211'],
    ['-P', '/tmp/pid'],
    ['-Y', '/etc/passwd'],
    ['-e', '/dev/shm/x'],
    ['-Z'],
    ['-S'],
    ['-A'],
    ['-d'],
    ['-r'],
    ['-k'],
    ['-L'],
    ['-D', ':'],
    ['-N', '1'],
    ['-h'],
    ['-o', 'ext_path=/tmp/x:1G'],
    ['-o', 'modern,ssl_key=/tmp/x'],
    ['--extended=proxy_config=/tmp/x.lua'],
    ['-o', 'tail_repair_time=10'],
    ['-o', 'no_modern'],
    ['-o', 'drop_privileges'],
  ]) {
    const complaints = said(args)
    t.equal(complaints.length, 1, args.join(' '))
    t.match(complaints[0], 'forbidden', args.join(' '))
  }
})

t.test('a value of a forbidden option is no option of its own', async (t) => {
  t.same(said(['-u', '-R', '5']).length, 2, 'the value is -R, and 5 is nothing')
  t.match(said(['-R']), [/\[0\] invalid: -R: needs a value: a whole number from 1 to 1000000/])
})

t.test('what is not known is refused, with the nearest', async (t) => {
  t.match(said(['--disable-evictoins', '-Q', '-o', 'idle_timout=200', 'more', '--', '--disable-flush']), [
    /\[0\] unknown: --disable-evictoins: no option .*; did you mean --disable-evictions\?$/,
    /\[1\] unknown: -Q: no option of memcached 1\.5 or 1\.6$/,
    /\[2\] unknown: -o idle_timout: .*; did you mean -o idle_timeout\?$/,
    /\[4\] invalid: more: is neither/,
    /\[5\] unknown: --: /,
    /\[6\] unknown: --disable-flush: .*; did you mean --disable-flush-all\?$/,
  ])
})

t.test('values are held to their type and range', async (t) => {
  const wrong = [
    ['-R', '0'],
    ['-R', '1e3'],
    ['-R', ' 5'],
    ['-R', '005'],
    ['-f', '1.1'],
    ['-f', 'much'],
    ['-f', '1.5.5'],
    ['-f', '2.'],
    ['-B', 'binary'],
    ['--disable-cas=1'],
    ['-o', 'idle_timeout=60'],
    ['-o', 'hashpower=32'],
    ['-o', 'hash_algorithm=md5'],
    ['-o', 'slab_automove=3'],
    ['-o', 'modern=1'],
    ['-o', 'read_buf_mem_limit=4096'],
    ['-o', 'lru_crawler_sleep'],
    ['-o', ''],
    ['-o'],
    ['-o', 'hot_lru_pct=50'],
    ['-o', 'hot_lru_pct=41,warm_lru_pct=40'],
    ['-o', 'no_lru_maintainer,temporary_ttl=60'],
  ]
  for (const args of wrong) t.match(said(args), [/invalid/], args.join(' '))
  t.match(said(['-B', 'asci']), [/"?-B asci"?: must be one of ascii, auto; did you mean "ascii"\?/])
  t.match(said(['-o', 'idle_timeout=60']), [/must be 0, or a whole number from 121 to/])
})

t.test('an option is given once', async (t) => {
  t.match(said(['-R', '40', '--max-reqs-per-event=50', '-o', 'modern', '-o', 'modern']), [
    '[2] duplicate: -R: is there already',
    '[5] duplicate: -o modern: is there already',
  ])
})

t.test('the release that the tag of an image names is minded', async (t) => {
  t.equal(memcachedRelease('memcached:1.5-alpine'), '1.5')
  t.equal(memcachedRelease('registry.example.com:5000/team/memcached:1.6.18'), '1.6')
  t.equal(memcachedRelease('memcached:1.50'), undefined)
  t.equal(memcachedRelease('memcached'), undefined)
  t.equal(memcachedRelease('team/cache:1.6'), undefined)
  t.match(said(['-W', '-o', 'read_buf_mem_limit=64'], '1.5'), [
    /-W: an option since memcached 1\.6, and the image is 1\.5/,
    /read_buf_mem_limit: an option since/,
  ])
  t.same(said(['-W', '-o', 'read_buf_mem_limit=64'], '1.6'), [])
})
