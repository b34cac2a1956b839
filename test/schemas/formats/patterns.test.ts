import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import safe from 'safe-regex2'
import t from 'tap'
import * as patterns from '../../../schemas/formats/patterns.ts'

const SCHEMAS = fileURLToPath(new URL('../../../schemas/', import.meta.url))

/** Regular expression literals after something that an operand can follow. */
const LITERAL = /(?<=[=(,:&|!?[]\s*|return )\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+)\/[a-z]*/g

t.test('no regular expression has a repetition within a repetition', async (t) => {
  const literals = globSync('**/*.ts', { cwd: SCHEMAS }).flatMap((file) =>
    [...readFileSync(`${SCHEMAS}${file}`, 'utf8').matchAll(LITERAL)].map(([, source = '']) => ({
      file,
      source,
    })),
  )
  t.ok(literals.length > 15, 'the literals are found')
  for (const { file, source } of literals) t.ok(safe(source), `${file}: ${source}`)
  for (const [name, source] of Object.entries(patterns)) t.ok(safe(source), name)
})

/**
 * A pattern of the schemas is `^`, then classes of which each but the last matches a fixed number of characters, then `$`.
 * Such a pattern has one way at most to match a text, so that it is decided in one pass, in JavaScript's engine too.
 */
t.test('every pattern of the schemas has one way to match', async (t) => {
  const one = String.raw`(?:\[(?:\\.|[^\]])+\]|[^\\[\]()|*+?{}])`
  const row = new RegExp(String.raw`^${one}*(?:${one}(?:[*+]|\{\d+,\d+\}))?(?:${one}\?)?$`)
  for (const [name, source] of Object.entries(patterns)) {
    const inner = /^\^(.*)\$$/.exec(source)?.[1] ?? ''
    // (|x): empty, or a row that is not.
    const alternative = /^\(\|(.*)\)$/.exec(inner)?.[1] ?? inner
    t.match(alternative, row, name)
  }
})

t.test('they mean the same with and without the unicode flag', async (t) => {
  for (const [name, source] of Object.entries(patterns)) {
    for (const text of ['', 'a', 'memcached:1.5', '32m', '/var/a', '漢', '\ud83d', 'a b', '[::1]:5/a']) {
      t.equal(new RegExp(source).test(text), new RegExp(source, 'u').test(text), `${name} ${text}`)
    }
  }
})
