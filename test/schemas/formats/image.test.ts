import t from 'tap'
import { isFloating, parseImage } from '../../../schemas/formats/image.ts'

const HEX = 'a'.repeat(64)

// After the tables of github.com/distribution/reference reference_test.go and normalize_test.go.

t.test('taken apart as container runtimes do', async (t) => {
  const cases: Record<string, object> = {
    memcached: { name: 'memcached' },
    'memcached:1.5-alpine': { name: 'memcached', tag: '1.5-alpine' },
    'devan2502/mcrouter:latest': { name: 'devan2502/mcrouter', tag: 'latest' },
    'test.com/repo:tag': { name: 'test.com/repo', tag: 'tag' },
    'test:5000/repo': { name: 'test:5000/repo' },
    'test:5000/repo:tag': { name: 'test:5000/repo', tag: 'tag' },
    [`test:5000/repo@sha256:${HEX}`]: { name: 'test:5000/repo', digest: `sha256:${HEX}` },
    [`test:5000/repo:tag@sha256:${HEX}`]: { name: 'test:5000/repo', tag: 'tag', digest: `sha256:${HEX}` },
    'sub-dom1.foo.com/bar/baz/quux:some-long-tag': {
      name: 'sub-dom1.foo.com/bar/baz/quux',
      tag: 'some-long-tag',
    },
    'b.gcr.io/test.example.com/my-app:test.example.com': {
      name: 'b.gcr.io/test.example.com/my-app',
      tag: 'test.example.com',
    },
    'xn--n3h.com/myimage:xn--n3h.com': { name: 'xn--n3h.com/myimage', tag: 'xn--n3h.com' },
    'foo_bar.com:8080': { name: 'foo_bar.com', tag: '8080' },
    'foo/foo_bar.com:8080': { name: 'foo/foo_bar.com', tag: '8080' },
    '192.168.1.1:5000/repo:5050': { name: '192.168.1.1:5000/repo', tag: '5050' },
    '[2001:db8::1]:5000/repo:tag': { name: '[2001:db8::1]:5000/repo', tag: 'tag' },
    'localhost/a__b/c--d:v': { name: 'localhost/a__b/c--d', tag: 'v' },
    [`${HEX}:tag`]: { name: HEX, tag: 'tag' },
    'Registry/team/app': { name: 'Registry/team/app' },
  }
  for (const [text, parts] of Object.entries(cases)) t.same(parseImage(text), parts, text)
})

t.test('refused, with what is wrong', async (t) => {
  const cases: Record<string, string | RegExp> = {
    '': 'no name',
    ':justtag': 'no name',
    [`@sha256:${HEX}`]: 'no name',
    'repo@sha256:ffff': '64 lower-case hex',
    [`repo@sha256:${HEX.toUpperCase()}`]: '64 lower-case hex',
    [`repo@md5:${HEX}`]: 'sha256:',
    [`a@sha256:${HEX}@sha256:${HEX}`]: 'more than one',
    'Uppercase:tag': 'lower-case',
    'test:5000/Uppercase/lowercase:tag': 'lower-case',
    [`${'a/'.repeat(128)}a:tag`]: '255',
    'aa/asdf$$^/aa': 'letters, digits',
    'a//b': 'empty part',
    '/a': 'empty part',
    'a/': 'empty part',
    'a..b': 'joined by',
    a___b: 'joined by',
    '-a': 'begins and ends',
    'a-/b': 'begins and ends',
    'fo$z$.com/a': 'registry host',
    '-foo.com/a': 'registry host',
    'foo.com:/a': 'registry host',
    '[fe80::1%eth0]:5000/repo': 'registry host',
    'a:b:c': 'registry|tag|letters',
    'a:.b': 'a tag is',
    [`a:${'b'.repeat(129)}`]: 'a tag is',
    [HEX]: 'image ID',
    'memcached:1.6 ': 'a tag is',
    ' memcached': 'letters, digits',
  }
  for (const [text, words] of Object.entries(cases)) {
    const complaint = parseImage(text)
    t.type(complaint, 'string', JSON.stringify(text))
    if (text !== 'a:b:c') t.match(complaint, words, JSON.stringify(text))
  }
})

t.test('floating are those without tag and digest, and latest', async (t) => {
  const floats = (text: string) => {
    const parsed = parseImage(text)
    return typeof parsed === 'string' ? undefined : isFloating(parsed)
  }
  t.equal(floats('memcached'), true)
  t.equal(floats('memcached:latest'), true)
  t.equal(floats('memcached:1.6'), false)
  t.equal(floats(`memcached:latest@sha256:${HEX}`), false)
  t.equal(floats('registry.example.com:5000/memcached'), true)
})

t.test('a long text takes no longer than its length', async (t) => {
  for (const text of [
    'a'.repeat(1e6),
    'a-'.repeat(5e5),
    '-'.repeat(1e6),
    `a${'_'.repeat(1e6)}b`,
    '/'.repeat(1e6),
    ':'.repeat(1e6),
  ]) {
    t.type(parseImage(text), 'string')
  }
})
