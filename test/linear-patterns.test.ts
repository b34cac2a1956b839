import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import safe from 'safe-regex2'
import t from 'tap'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const PRODUCT = '{text,schemas,routing,render,certs,server,reconciler,exporter,copier,cli,process}/**/*.ts'

/** Regular expression literals after something that an operand can follow; paths in a text go on after the second slash. */
const LITERAL =
  /(?<=[=>(,:&|!?[]\s*|return )\/(?![/*])((?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/[\\\n])+)\/([dgimsuvy]*)(?!\w)/g

interface Pattern {
  readonly file: string
  readonly source: string
  readonly flags: string
}

const patterns: Pattern[] = globSync(PRODUCT, { cwd: ROOT }).flatMap((file) =>
  [...readFileSync(`${ROOT}${file}`, 'utf8').matchAll(LITERAL)].map(([, source = '', flags = '']) => ({
    file,
    source,
    flags: flags.replace(/[gy]/g, ''),
  })),
)

const LENGTH = 50_000
/** A linear pattern takes well under a millisecond; a quadratic one 10⁹ tries, about a second. */
const LONGEST_MS = 200

t.test('the patterns of the product are found', async (t) => {
  t.ok(patterns.length > 40, `${patterns.length} patterns`)
})

t.test('none has a repetition within a repetition', async (t) => {
  // The command line is written by whoever runs the program, and cut to 200 characters by its patterns.
  const ofOthers = patterns.filter(({ file }) => !/\/flag(s|-values)\.ts$/.test(file))
  for (const { file, source } of ofOthers) t.ok(safe(source, { limit: 100 }), `${file}: ${source}`)
})

t.test('none takes more than linear time for a text made to make it try again', async (t) => {
  t.ok(timeOf({ file: '', source: 'a+$', flags: '' }, 'a') > LONGEST_MS, 'a quadratic one is noticed')
  for (const pattern of patterns) {
    const worst = Math.max(...unitsFor(pattern).map((unit) => timeOf(pattern, unit)))
    t.ok(worst <= LONGEST_MS, `${pattern.file}: ${pattern.source} took ${worst} ms`)
  }
})

/** What to repeat: characters that the pattern itself speaks of, and some of every class. */
function unitsFor({ source }: Pattern): string[] {
  return [...new Set([...source.replaceAll('\\', ''), ...'a0 .-/:"\n\u0001\u2028'])]
}

/** CPU time in milliseconds; the last character makes a match that has to reach the end fail. */
function timeOf({ source, flags }: Pattern, unit: string): number {
  const pattern = new RegExp(source, flags)
  const text = `${unit.repeat(LENGTH)}\u0000`
  const before = process.cpuUsage()
  pattern.test(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
