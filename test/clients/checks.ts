/** What a program answered: a value (empty for a mere yes), no, that its library has no such call, or an error. */
export type Answer =
  | { readonly kind: 'yes'; readonly value: string }
  | { readonly kind: 'no' | 'absent' }
  | { readonly kind: 'error'; readonly message: string }

export type Ask = (...words: string[]) => Promise<Answer>

/** What comes out of a check: `ok`, or what stands in its way. */
export type Outcome = string

export const OK: Outcome = 'ok'
export const ABSENT: Outcome = 'not in the library'

/** Words of errors depend on what comes first, a closed connection or a deadline: runs are compared without them. */
export function withoutWords(outcome: Outcome): Outcome {
  return outcome === OK || outcome === ABSENT ? outcome : 'fails'
}

/** A request and what has to be answered: the value, or `YES`, `NO` or `ANYTHING`; or a time to wait. */
type Step = readonly [request: readonly string[], wanted: string] | number

const YES = 'yes'
const NO = 'no'
const ANYTHING = 'anything'

const KEYS = Array.from({ length: 30 }, (_, index) => index)
const SECONDS = '60'

function set(key: string, value: string, seconds = '0'): Step {
  return [['set', key, value, seconds], YES]
}

/** What each asks, with a key of its own. */
export const CHECKS: Readonly<Record<string, (key: string) => readonly Step[]>> = {
  set: (key) => [set(key, 'value')],
  get: (key) => [set(key, 'value'), [['get', key], 'value'], [['get', `${key}-missing`], NO]],
  'multi-get': (key) => {
    const keys = KEYS.map((index) => `${key}-${index}`)
    const wanted = [...KEYS, '-'].join(' ')
    const sets = keys.map((each, index) => set(each, `${index}`))
    return [...sets, [['multi', ...keys, `${key}-missing`], wanted]]
  },
  delete: (key) => [set(key, 'value'), [['delete', key], YES], [['get', key], NO], [['delete', key], NO]],
  'incr, decr': (key) => [set(key, '10'), [['incr', key, '5'], '15'], [['decr', key, '1'], '14']],
  add: (key) => [
    [['add', key, 'first'], YES],
    [['add', key, 'second'], NO],
    [['get', key], 'first'],
  ],
  append: (key) => [set(key, 'one'), [['append', key, 'two'], YES], [['get', key], 'onetwo']],
  cas: (key) => [
    set(key, 'old'),
    [['gets', key], 'old'],
    [['cas', key, 'new'], YES],
    [['get', key], 'new'],
    [['cas', key, 'too late'], NO],
    [['get', key], 'new'],
  ],
  touch: (key) => [
    set(key, 'value', '1'),
    [['touch', key, SECONDS], YES],
    2_100,
    [['get', key], 'value'],
    [['touch', `${key}-missing`, SECONDS], NO],
  ],
  gat: (key) => [
    set(key, 'value', '1'),
    [['gat', key, SECONDS], 'value'],
    2_100,
    [['get', key], 'value'],
    [['gat', `${key}-missing`, SECONDS], NO],
  ],
  expiry: (key) => [set(key, 'value', '1'), 2_100, [['get', key], NO]],
  'a value of 1 MB': (key) => {
    const value = 'x'.repeat(1_000_000)
    return [set(key, value), [['get', key], value]]
  },
  flush_all: (key) => [set(key, 'value'), [['flush'], YES], [['get', key], NO]],
  'keys such as /a/b/c': (key) => [set(`/${key}/b/c`, 'value'), [['get', `/${key}/b/c`], 'value']],
  'other keys right after /a/b/c': (key) => [
    set(key, 'value'),
    [['get', `/${key}/b/c`], ANYTHING],
    [['get', key], 'value'],
  ],
}

/** After an error some libraries leave the server alone for a while: these checks have a program of their own. */
export const SPOILING: ReadonlySet<string> = new Set([
  'flush_all',
  'keys such as /a/b/c',
  'other keys right after /a/b/c',
])

/** The first thing that goes wrong. */
export async function outcomeOf(steps: readonly Step[], ask: Ask): Promise<Outcome> {
  for (const step of steps) {
    if (typeof step === 'number') {
      await new Promise((resolve) => setTimeout(resolve, step))
      continue
    }
    const [request, wanted] = step
    const answer = await ask(...request)
    if (wanted === ANYTHING) continue
    if (answer.kind === 'absent') return ABSENT
    if (answer.kind === 'error') return answer.message
    if (!isWanted(answer, wanted))
      return `${request[0]} answers ${inWords(answer)} instead of ${short(wanted)}`
  }
  return OK
}

function isWanted(answer: Answer, wanted: string): boolean {
  if (wanted === NO) return answer.kind === 'no'
  return answer.kind === 'yes' && (wanted === YES || answer.value === wanted)
}

function inWords(answer: Answer): string {
  if (answer.kind !== 'yes') return answer.kind
  return answer.value === '' ? YES : short(answer.value)
}

function short(value: string): string {
  return value.slice(0, 40)
}
