import fc from 'fast-check'
import t from 'tap'
import { type Amount, amountOf } from '../../schemas/formats/quantity.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { effort, SEED } from '../../testing/effort.ts'
import { inTurns } from '../support/in-turns.ts'

type Quantity = string | number

const PATH = '/api/v1/namespaces/default/limitranges?dryRun=All'
/** A request reads so many; one that cannot be read fails all, and they are asked about by halves. */
const MOST = 100

t.setTimeout(1_200_000)
t.comment(`FUZZ_SEED=${SEED}`)
const controlPlane = await startControlPlane()
t.teardown(() => controlPlane.stop())

/** What the API server makes of each, in its canonical form; undefined for what it cannot read. */
async function canonical(quantities: readonly Quantity[]): Promise<(string | undefined)[]> {
  const limits = quantities.map((quantity, index) => ({
    type: `example.com/t${index}`,
    max: { cpu: quantity },
  }))
  const body = { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'fuzz' }, spec: { limits } }
  const { status, body: answer, text } = await controlPlane.client.request('POST', PATH, { body })
  if (status === 201) return itemsOf(answer).map(({ max }) => String(inner(max).cpu))
  if (!/quantit/.test(text)) throw new Error(text)
  if (quantities.length === 1) return [undefined]
  const middle = quantities.length >> 1
  return [...(await canonical(quantities.slice(0, middle))), ...(await canonical(quantities.slice(middle)))]
}

function itemsOf({ spec }: JsonObject): JsonObject[] {
  const { limits } = inner(spec)
  return Array.isArray(limits) ? limits.filter(isJsonObject) : []
}

function inner(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

const suffix = fc.constantFrom(...'n u m k M G T P E Ki Mi Gi Ti Pi Ei'.split(' '), '', '', '')
const digits = fc.stringMatching(/^[0-9]{1,12}$/)
const number = fc.oneof(
  digits,
  fc.tuple(digits, digits).map(([whole, fraction]) => `${whole}.${fraction}`),
  digits.map((fraction) => `.${fraction}`),
  digits.map((whole) => `${whole}.`),
)
const exponent = fc
  .tuple(fc.constantFrom('e', 'E'), fc.integer({ min: -24, max: 24 }))
  .map((both) => both.join(''))
/** Texts that are quantities. */
const right: fc.Arbitrary<Quantity> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(number, fc.oneof(suffix, exponent)).map((both) => both.join('')) },
  fc.nat(),
  fc.double({ min: 0, max: 1e20, noNaN: true }),
)
/** Texts of the characters that quantities are made of. */
const jumbled = fc.stringMatching(/^[0-9.eEmkKMGi+-]{1,6}$/)

const SCALE: Readonly<Record<string, number>> = {
  ...{ n: 1e-9, u: 1e-6, m: 1e-3, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, E: 1e18 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50, Ei: 2 ** 60 },
}

/** What Kubernetes reads and a Mcrouter may not have: a sign, more than 2^63 - 1, or what nobody can mean: no digit, more than 32 characters, powers beyond 64. */
function isBeyond(quantity: Quantity): boolean {
  const text = `${quantity}`
  const [, digits = '', power = '0', unit = ''] =
    /^([0-9.]+(?:[eE]([-+]?[0-9]+))?)([A-Za-z]*)$/.exec(text) ?? []
  if (!/^[-+.]*[0-9]/.test(text) || Math.abs(Number(power)) > 64) return true
  return /^[-+]/.test(text) || text.length > 32 || Number(digits) * (SCALE[unit] ?? 1) > 9.22e18
}

/** The API server rounds what is in an object up to thousandths: pkg/apis/core/v1/defaults.go, SetDefaults_ResourceList. */
function rounded(amount: Amount | undefined): Amount | undefined {
  return amount === undefined ? undefined : (amount + 999_999n) / 1_000_000n
}

interface Comparison {
  readonly quantity: Quantity
  /** By the API server. */
  readonly read: string | undefined
  readonly own: Amount | undefined
}

function isDisputed({ quantity, read, own }: Comparison): boolean {
  if (read === undefined) return own !== undefined
  return own === undefined ? !isBeyond(quantity) : rounded(own) !== rounded(amountOf(read))
}

async function compared(quantities: readonly Quantity[]): Promise<Comparison[]> {
  const batches = Array.from({ length: Math.ceil(quantities.length / MOST) }, (_, index) =>
    quantities.slice(index * MOST, (index + 1) * MOST),
  )
  const read = (await inTurns(batches, canonical)).flat()
  return quantities.map((quantity, index) => ({ quantity, read: read[index], own: amountOf(quantity) }))
}

t.test('a quantity stands for what Kubernetes takes it for', async (t) => {
  const all = await compared(fc.sample(right, effort(2_000)))
  t.same(all.filter(isDisputed).slice(0, 5), [])
  const shared = all.filter(({ read, own }) => read !== undefined && own !== undefined)
  t.ok(shared.length > all.length / 2, `${shared.length} of ${all.length} were read by both`)
})

t.test('what is no quantity to one is none to the other', async (t) => {
  const all = await compared(fc.sample(jumbled, effort(400)))
  t.same(all.filter(isDisputed).slice(0, 5), [])
  t.ok(all.some(({ read }) => read === undefined))
})
