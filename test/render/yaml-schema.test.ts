import t from 'tap'
import { readObjects, requestLimits } from '../../render/parse-objects.ts'

// What the API server makes of the same texts; test/fuzz/yaml.test.ts asks it about generated ones.

/** The value of a member that is written so. */
function read(text: string): unknown {
  const result = readObjects(`a: ${text}\n`, requestLimits('render'))
  if ('fault' in result) throw new Error(result.fault.message)
  return Object(result.objects[0]?.value).a
}

t.test('words that YAML 1.1 knows are what they are to kubectl', async (t) => {
  for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'ON', 'true', 'True', '!!bool yes'])
    t.equal(read(word), true, word)
  for (const word of ['n', 'N', 'no', 'No', 'off', 'OFF', 'false', 'FALSE']) t.equal(read(word), false, word)
  for (const word of ['', '~', 'null', 'Null', 'NULL']) t.equal(read(word), null, word)
})

t.test('numbers are read as Go reads them', async (t) => {
  const numbers: Record<string, number> = {
    '010': 8,
    '-010': -8,
    '0o10': 8,
    '08': 8,
    '0777777777777777777777777': 0.777_777_777_777_777_8e24,
    '0x1F': 31,
    '0X1F': 31,
    '0b11': 3,
    '1_000': 1000,
    '0x1_F': 31,
    '+12': 12,
    '18446744073709551615': 2 ** 64,
    '1.': 1,
    '+.5': 0.5,
    '.1_81e0': 0.181,
    '1_0.5': 10.5,
    '1e3': 1000,
    '!!float 010': 8,
  }
  for (const [text, number] of Object.entries(numbers)) t.equal(read(text), number, text)
  for (const special of ['.inf', '+.Inf']) t.equal(read(special), Number.POSITIVE_INFINITY)
  t.equal(read('-.INF'), Number.NEGATIVE_INFINITY)
  t.ok(Number.isNaN(read('.nan')))
})

t.test('all else is text', async (t) => {
  for (const text of [
    ...['yEs', 'tRue', 'nULL', 'inf', 'NaN', '=', '_1', '._5', '.5_', '.', '1e400', '0b2', '0x', '1,000'],
    ...['12:30:45', '2026-01-01', '2026-01-01T00:00:00Z', '0xfffffffffffffffff', '1.5Gi'],
  ]) {
    t.equal(read(text), text)
  }
  for (const text of ['yes', '010', '~', '.inf', '<<']) t.equal(read(`"${text}"`), text, 'in quotes')
})

t.test('a mapping takes over the members of another', async (t) => {
  t.strictSame(read('{u: &u {b: 1, c: 2}, v: {<<: *u, c: 3}}'), { u: { b: 1, c: 2 }, v: { b: 1, c: 3 } })
})
