import { readFileSync } from 'node:fs'
import t from 'tap'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
const LOCK: unknown = JSON.parse(readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8'))

/** Whether a range such as `^20.17.0 || >=22.9.0` admits a late release of a major version. */
function admits(range: string, major: number): boolean {
  return range.split('||').some((part) => {
    const [, operator = '', first = ''] = /(>=|\^|~|)\s*v?(\d+|\*)/.exec(part) ?? []
    return operator === '>=' ? Number(first) <= major : first === '*' || Number(first) === major
  })
}

/** Packages of which `npm ci` warns (EBADENGINE) on that Node. */
function unsupported(major: number): string[] {
  if (typeof LOCK !== 'object' || LOCK === null || !('packages' in LOCK)) throw new Error('no packages')
  return Object.entries(LOCK.packages ?? {}).flatMap(([path, one]: [string, unknown]) => {
    const wanted = typeof one === 'object' && one !== null && 'engines' in one ? one.engines : undefined
    if (typeof wanted !== 'object' || wanted === null || !('node' in wanted)) return []
    return admits(String(wanted.node), major) ? [] : [path.slice(path.lastIndexOf('node_modules/') + 13)]
  })
}

t.test('README.md says why npm ci warns on Node 20, and of what', async (t) => {
  const sentence = README.split('\n').find((line) => line.includes('EBADENGINE')) ?? ''
  const named = [...sentence.matchAll(/`([a-z][\w-]*)`/g)].map(([, name = '']) => name)
  t.strictSame(named, [...new Set(unsupported(20))].sort())
})

t.test('on Node 22 and 24 there is nothing to warn of', async (t) => {
  t.strictSame(unsupported(22), [])
  t.strictSame(unsupported(24), [])
})
