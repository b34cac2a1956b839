import { readFileSync } from 'node:fs'
import t from 'tap'
import type { Release } from '../../../schemas/mcrouter.ts'
import { LETTERS, MCROUTER } from '../../../schemas/options/mcrouter-options.ts'

// Our table, and the list of the options of every release that the stand-in of mcrouter goes by.

const LIST = readFileSync(new URL('../../standin/options.txt', import.meta.url), 'utf8')

const RELEASES: readonly (readonly [number: number, release: Release])[] = [
  [37, '37'],
  [40, '40'],
  [41, '41'],
  [99, 'current'],
]

interface Listed {
  readonly name: string
  readonly short: string | undefined
  readonly takesValue: boolean
  readonly releases: readonly Release[]
}

function listed(word: string): Listed {
  const match = /^([\w-]+)(?:,(\w))?(=)?(?:@(\d+)-(\d+))?$/.exec(word)
  const [, name = '', short, value, first = '37', last = '99'] = match ?? []
  const releases = RELEASES.filter(([number]) => number >= Number(first) && number <= Number(last))
  return { name, short, takesValue: value !== undefined, releases: releases.map(([, release]) => release) }
}

const OPTIONS = LIST.replaceAll(/^#.*$/gm, '').trim().split(/\s+/).map(listed)

/** The list has them since release 37 and the table has not: a router that does not know one ignores it without a word. */
const DOUBTFUL = new Set(['max-no-flush-event-loops', 'max-shadow-token-map-size'])

t.test('every option of every release is in the table', async (t) => {
  for (const [, release] of RELEASES)
    t.ok(OPTIONS.filter(({ releases }) => releases.includes(release)).length > 90, release)
  for (const { name, short } of OPTIONS) {
    t.ok(MCROUTER.has(name), name)
    if (short !== undefined) t.equal(LETTERS.get(short), name, `-${short}`)
  }
})

t.test('what people may set is of the releases that know it, and takes a value where they do', async (t) => {
  for (const [name, { option, releases }] of MCROUTER) {
    if (!('takes' in option)) continue
    const known = OPTIONS.find((one) => one.name === name)
    t.equal(option.takes.type !== 'nothing', known?.takesValue, name)
    if (DOUBTFUL.has(name)) t.same(releases, ['current'], name)
    else t.same(releases ?? RELEASES.map(([, release]) => release), known?.releases, name)
  }
})
