import fc from 'fast-check'
import t from 'tap'
import { AnswerError } from '../../exporter/answers.ts'
import { OversizeError } from '../../exporter/exposition/exposition.ts'
import { MODULES, type ModuleName } from '../../exporter/modules/modules.ts'
import { effort } from '../../testing/effort.ts'
import { exposed, MCROUTER, MEMCACHED } from './target.ts'

// A pod may say anything at all. What is told of it is always text that Prometheus can read, and never the same series twice.

const KNOWN = [...MEMCACHED.split('\r\n'), ...MCROUTER.split('\r\n')].filter((line) =>
  line.startsWith('STAT '),
)

/** A value as it should be, or one meant to be something else. */
const value = fc.oneof(
  fc.constantFrom(
    '1',
    '-1',
    '1.5',
    'NaN',
    '+Inf',
    '1e400',
    '1 2',
    '1\n',
    '"',
    '\\',
    'yes',
    '',
    '9'.repeat(30),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
)
const line = fc.oneof(
  fc.constantFrom(...KNOWN),
  fc
    .tuple(fc.constantFrom(...KNOWN), value)
    .map(([known, text]) => `${known.slice(0, known.lastIndexOf(' '))} ${text}`),
  fc.tuple(fc.nat(99), value).map(([slab, text]) => `STAT items:${slab}:number ${text}`),
  value.map((text) => `STAT ${text}:1:ascii up:1; found:${text}`),
  value.map((text) => `STAT version ${text}`),
  value.map((text) => `VALUE __mcrouter__.config_md5_digest 0 32\r\n${text}`),
  value,
)
const answers = (count: number) =>
  fc.array(fc.array(line, { maxLength: 30 }), { minLength: count, maxLength: count })

const SAMPLE = /^[a-z_]+\{namespace="shop"(,[a-z_]+="(?:[^"\\\n]|\\[\\"n])*")*\} -?\d+(\.\d+)?(e-?\d+)?$/

for (const name of Object.keys(MODULES) as ModuleName[]) {
  t.test(name, async () => {
    fc.assert(
      fc.property(answers(MODULES[name].requests.length), (said) => {
        const text = textOf(name, said.map((lines) => `${lines.join('\r\n')}\r\nEND\r\n`).join(''))
        if (text === undefined) return true
        const samples = text.split('\n').filter((one) => one !== '' && !one.startsWith('# '))
        const series = samples.map((one) => one.slice(0, one.lastIndexOf('} ')))
        return samples.every((one) => SAMPLE.test(one)) && new Set(series).size === series.length
      }),
      effort(300),
    )
  })
}

/** Undefined where it is no answer at all. */
function textOf(name: ModuleName, said: string): string | undefined {
  try {
    return exposed(name, Buffer.from(said, 'utf8').toString('latin1'))
  } catch (error) {
    if (error instanceof AnswerError || error instanceof OversizeError) return undefined
    throw error
  }
}
