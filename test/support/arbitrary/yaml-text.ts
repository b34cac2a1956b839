import fc from 'fast-check'
import { Document } from 'yaml'
import { hostileString, hostileValue } from './hostile.ts'

const WORDS =
  'y Y yes Yes yEs n N no NO on On OFF off true True tRue false << = ~ null Null nULL inf nan Infinity'.split(
    ' ',
  )

/** What stands for itself without quotes: words, numbers in every spelling, and what only looks like one. */
function plainScalar(): fc.Arbitrary<string> {
  const number = /^[-+]?(0[xobXOB]?)?[0-9a-f_]{0,6}(\.[0-9_]{0,4})?([eE][-+]?[0-9]{1,3})?$/
  const tag = fc.constantFrom('!!str', '!!int', '!!float', '!!bool', '!!null')
  const tagged = fc.tuple(tag, fc.constantFrom(...WORDS, '1', '010', '1.5', '""', "'1'"))
  return fc.oneof(
    { weight: 3, arbitrary: fc.stringMatching(number) },
    { weight: 1, arbitrary: fc.stringMatching(/^[-+]?[0-9]{16,25}$/) },
    {
      weight: 1,
      arbitrary: fc.stringMatching(/^[0-9]{1,4}([-:][0-9]{1,2}){1,2}([T ][0-9:]{1,8}Z?)?$/),
    },
    { weight: 2, arbitrary: fc.constantFrom(...WORDS) },
    { weight: 1, arbitrary: tagged.map((parts) => parts.join(' ')) },
  )
}

/** Any value in a style of YAML. */
function written(): fc.Arbitrary<string> {
  const style = fc.record({
    collectionStyle: fc.constantFrom('flow' as const, 'any' as const),
    defaultStringType: fc.constantFrom(
      'PLAIN' as const,
      'QUOTE_SINGLE' as const,
      'QUOTE_DOUBLE' as const,
      'BLOCK_FOLDED' as const,
      'BLOCK_LITERAL' as const,
    ),
    lineWidth: fc.constantFrom(0, 20, 80),
  })
  return fc
    .tuple(hostileValue(), style)
    .map(([value, rest]) => new Document({ v: value }, { compat: 'yaml-1.1' }).toString(rest))
}

/** Kubernetes gives keys that are fractions or large numbers only seven digits: no name of ours is one. */
function plainKey(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...WORDS), fc.stringMatching(/^[-+]?(0[xob]?)?[0-7]{1,4}$/))
}

/** Members of a mapping, at no indentation. */
export function yamlMembers(): fc.Arbitrary<string> {
  const scalars = fc
    .array(plainScalar(), { minLength: 1, maxLength: 20 })
    .map((all) => all.map((one, index) => `v${index}: ${one}\n`).join(''))
  const key = plainKey().map((key) => `${key}: 1\n`)
  const shared = fc
    .tuple(plainScalar(), fc.constantFrom('*a', '{<<: *a, z: 3}', '{<<: *a, w: 3}', '{<<: [*a, {w: 1}]}'))
    .map(([value, use]) => `a: &a {x: ${value}, z: 2}\nb: ${use}\n`)
  return fc.oneof({ weight: 4, arbitrary: scalars }, key, shared, { weight: 2, arbitrary: written() })
}

const PUT = [
  ...':-#&*!|>\'"%@`{}[], \t\n~<=_.0x1ey\\',
  ...['\r\n', '- ', ': ', ' #', '&a ', '*a', '<<: ', '---\n', '...\n', '\n  ', ''],
]

/** The same with some characters replaced, added or taken away, or with any text at all. */
export function spoiltYamlMembers(): fc.Arbitrary<string> {
  const change = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 2 }), fc.constantFrom(...PUT))
  const changes = fc.array(change, { minLength: 1, maxLength: 3 })
  const spoilt = fc.tuple(yamlMembers(), changes).map(([text, all]) =>
    all.reduce((before, [place, cut, put]) => {
      const at = place % (before.length + 1)
      return before.slice(0, at) + put + before.slice(at + cut)
    }, text),
  )
  return fc.oneof(
    { weight: 4, arbitrary: spoilt },
    hostileString().map((text) => `v: ${text}\n`),
  )
}
