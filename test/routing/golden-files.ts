import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'

/** A test that compares our routes with a configuration that was tried on the real mcrouter. */
type Test = 'golden.test.ts' | 'golden-routes.test.ts' | 'zones.test.ts'

/** Each of these configurations with the test that compares it, or why no routes of ours can be compared with it. */
export const GOLDEN: Readonly<Record<string, Test | { readonly why: string }>> = {
  'replicated-2-home-first': 'golden.test.ts',
  'replicated-3-home-first': 'golden.test.ts',
  'replicated-5-home-first': 'golden.test.ts',
  'replicated-2-home-first-release37': 'golden.test.ts',
  'replicated-3-home-first-release37': 'golden.test.ts',
  'replicated-2-available': 'golden.test.ts',
  'replicated-3-available': 'golden.test.ts',
  'replicated-5-available': 'golden.test.ts',
  'replicated-2-available-release37': 'golden.test.ts',
  'replicated-3-available-release37': 'golden.test.ts',
  'replicated-2-best-growing': 'golden.test.ts',
  'replicated-3-best-growing': 'golden.test.ts',
  'replicated-5-best-growing': 'golden.test.ts',
  'sharded-3-miss-on-error': 'golden.test.ts',
  'sharded-3': 'golden-routes.test.ts',
  'sharded-3-release37': 'golden-routes.test.ts',
  'replicated-2-strict': 'golden-routes.test.ts',
  'replicated-3-strict': 'golden-routes.test.ts',
  'replicated-3-strict-release37': 'golden-routes.test.ts',
  'replicated-2-missfailover': 'golden-routes.test.ts',
  'replicated-3-missfailover': 'golden-routes.test.ts',
  'replicated-2-selfheal': 'golden-routes.test.ts',
  'replicated-3-selfheal': 'golden-routes.test.ts',
  gutter: 'golden-routes.test.ts',
  warmup: 'golden-routes.test.ts',
  prefix: 'golden-routes.test.ts',
  'replicated-2-best': {
    why: 'its votes and second keys were tried and not taken: each costs more than it gains',
  },
  'replicated-3-best': { why: 'as with two copies' },
  'replicated-5-best': { why: 'as with two copies' },
  'replicated-3-majority': {
    why: 'no field says writes to a majority: config does',
  },
  'multizone-replicated': 'zones.test.ts',
  'localzone-preferred': { why: 'no field says in which zone a pool is' },
  shadow: { why: 'no field says shadows: config does' },
}

/** What was tried, for one test; it may read what the table says that it compares, and has to read all of that. */
export class GoldenFiles {
  readonly #test: Test
  readonly unread: Set<string>

  constructor(test: Test) {
    this.#test = test
    this.unread = new Set(Object.keys(GOLDEN).filter((name) => GOLDEN[name] === test))
  }

  text(name: string): string {
    assert.equal(GOLDEN[name], this.#test, `${name} is not among the files of this test in golden-files.ts`)
    this.unread.delete(name)
    return readFileSync(new URL(`../fixtures/golden/${name}.json`, import.meta.url), 'utf8')
  }
}
