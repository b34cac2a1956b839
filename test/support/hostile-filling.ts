import type { JsonObject } from '../../schemas/json.ts'
import { mcrouterObject } from '../../testing/review.ts'

/** JSON made of so many units, no longer than so many bytes. */
type Filling = (times: number, bytes: number) => string

const ITEMS = [
  ...['{}', '[]', '0', '1.5', '1e400', 'null', '""', '"ab"', '{"a":0}', '{"a":{"b":{}}}', '[[]]', '[0,0]'],
  ...['"\\u003c"', '{"__proto__":0}', '{"constructor":{"prototype":0}}', '"\\ud800"', '{"key":"/"}'],
]
const VALUES = ['0', 'null', '{}', '"-"', '"\\u003c"']
const NAMES = ['k', '', '-', '/', '☃', '\\u0001', '\\ud800', '\\u0041']
const UNITS_OF_TEXT = [
  'a',
  '1',
  'a/',
  'a.',
  '-',
  ' ',
  '☃',
  '💥',
  '\\"',
  '\\\\',
  '\\u0041',
  '\\ud800',
  '\\u003c',
]

/** Valid ones, each of which is expanded. */
const SPECS: ReadonlyMap<string, JsonObject> = new Map([
  ['Mcrouter', {}],
  ['Mcrouter of 40', { pool_setup: 'replicated', memcached_pool_size: 40 }],
  ['Mcrouter of 1000', { pool_setup: 'replicated', memcached_pool_size: 1000 }],
  ['misspelt Mcrouter', { poolSetup: 'sharded', memcachedPoolSize: 3, mcrouterImage: 'a/b' }],
  ['Mcrouter of all', { pool_setup: 'replicated', memcached_pool_size: 40, ...everything(32) }],
])

function everything(count: number): JsonObject {
  const numbers = Array.from({ length: count }, (_, index) => index)
  return {
    node_selector: Object.fromEntries(numbers.map((number) => [`k${number}`, 'x'])),
    tolerations: numbers.map((number) => ({ key: `k${number}`, operator: 'Exists', effect: 'NoSchedule' })),
  }
}

/** By name; each name shows what it is made of. */
export const FILLINGS: ReadonlyMap<string, Filling> = new Map([
  ...ITEMS.map((item): [string, Filling] => [
    `[${item},…]`,
    (times, bytes) => `[${joined(() => item, times, bytes)}]`,
  ]),
  ...NAMES.flatMap((name) =>
    VALUES.map((value): [string, Filling] => [
      `{"${name}1":${value},…}`,
      (times, bytes) => `{${joined((index) => `"${name}${index}":${value}`, times, bytes)}}`,
    ]),
  ),
  ...NAMES.map((name): [string, Filling] => [
    `[{"${name}1":0},…]`,
    (times, bytes) => `[${joined((index) => `{"${name}${index}":0}`, times, bytes)}]`,
  ]),
  ...UNITS_OF_TEXT.map((unit): [string, Filling] => [
    `"${unit}…"`,
    (times, bytes) => `"${unit.repeat(Math.min(times, Math.floor(bytes / Buffer.byteLength(unit))))}"`,
  ]),
  ...[...SPECS].map(([name, spec]): [string, Filling] => [
    `[${name},…]`,
    (times, bytes) =>
      `[${joined((index) => JSON.stringify(mcrouterObject(spec, { name: `m${index}` })), times, bytes)}]`,
  ]),
  ['[[…', (times, bytes) => nested('[', ']', times, bytes)],
  ['{"a":{"a":…', (times, bytes) => nested('{"a":', '}', times, bytes)],
  ['[[[…]],…]', (times, bytes) => `[${joined(() => `${'['.repeat(30)}${']'.repeat(30)}`, times, bytes)}]`],
  ['11…', (times, bytes) => '1'.repeat(Math.min(times, bytes))],
  ['0    …', (times, bytes) => `0${' '.repeat(Math.min(times, bytes))}`],
])

/** Of Mcrouters. */
export const LIST_FILLING_NAMES = [...SPECS.keys()].map((name) => `[${name},…]`)
export const FILLING_NAMES = [...FILLINGS.keys()]

function joined(unit: (index: number) => string, times: number, bytes: number): string {
  const units: string[] = []
  let left = bytes
  for (let index = 0; index < times; index += 1) {
    const next = unit(index)
    left -= Buffer.byteLength(next) + 1
    if (left < 0) break
    units.push(next)
  }
  return units.join(',')
}

function nested(open: string, close: string, times: number, bytes: number): string {
  const levels = Math.min(times, Math.floor(bytes / (open.length + close.length)))
  return `${open.repeat(levels)}0${close.repeat(levels)}`
}
