import { amountOf } from '../../schemas/formats/quantity.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/**
 * Paths at which what is owned differs from what is desired, as a person would write them
 * (`spec.template.spec.containers[memcached].image`); none when an apply would change nothing.
 *
 * Differences that the API server itself makes are none: it drops empty lists, empty texts and nulls, and rewrites quantities
 * (`1024Mi` as `1Gi`).
 */
export function differences(desired: JsonObject, owned: JsonObject): string[] {
  const paths: string[] = []
  compareObjects(desired, owned, '', paths)
  return paths
}

/** Paths of all the fields that FieldsV1 of metadata.managedFields has, as {@link differences} writes them. */
export function pathsIn(fields: JsonObject, path = ''): string[] {
  const below = Object.entries(fields).flatMap(([key, under]) => {
    if (!isJsonObject(under)) return []
    if (key.startsWith('f:')) return pathsIn(under, path === '' ? key.slice(2) : `${path}.${key.slice(2)}`)
    return key.startsWith('k:') ? pathsIn(under, `${path}[${itemName(JSON.parse(key.slice(2))) ?? ''}]`) : []
  })
  return below.length === 0 ? [path] : below
}

function compare(desired: unknown, owned: unknown, path: string, paths: string[]): void {
  if (isJsonObject(desired) && isJsonObject(owned)) compareObjects(desired, owned, path, paths)
  else if (Array.isArray(desired) && Array.isArray(owned)) compareLists(desired, owned, path, paths)
  else if (desired !== owned && !sameQuantity(desired, owned, path)) paths.push(path)
}

function compareObjects(desired: JsonObject, owned: JsonObject, path: string, paths: string[]): void {
  const wanted = Object.keys(desired)
  // An applied `{}` owns no more than that there is something: what others put into it is theirs.
  if (wanted.length === 0) return
  for (const key of wanted) {
    const below = path === '' ? key : `${path}.${key}`
    if (Object.hasOwn(owned, key)) compare(desired[key], owned[key], below, paths)
    else if (!isNothing(desired[key], below)) paths.push(below)
  }
  for (const key of Object.keys(owned)) {
    if (!Object.hasOwn(desired, key)) paths.push(path === '' ? key : `${path}.${key}`)
  }
}

/** Maps that the API server drops when they are empty. */
const DROPPED_WHEN_EMPTY = /\.(requests|limits|labels|annotations|nodeSelector|matchLabels)$/

function isNothing(value: unknown, path: string): boolean {
  if (value === null || value === undefined || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return isJsonObject(value) && Object.keys(value).length === 0 && DROPPED_WHEN_EMPTY.test(path)
}

function compareLists(
  desired: readonly unknown[],
  owned: readonly unknown[],
  path: string,
  paths: string[],
): void {
  const left = [...owned]
  desired.forEach((item, index) => {
    const name = itemName(item)
    const at =
      name === undefined ? (index < owned.length ? 0 : -1) : left.findIndex((one) => itemName(one) === name)
    const below = `${path}[${name ?? index}]`
    if (at < 0) paths.push(below)
    else compare(item, left.splice(at, 1)[0], below, paths)
  })
  for (const item of left) paths.push(`${path}[${itemName(item) ?? 'more'}]`)
}

/** By which field the items of a list are told apart, in the order in which they tell it. */
const ITEM_KEYS = ['uid', 'mountPath', 'name', 'containerPort', 'port', 'topologyKey', 'key']

function itemName(item: unknown): string | undefined {
  if (!isJsonObject(item)) return undefined
  const key = ITEM_KEYS.find((candidate) => Object.hasOwn(item, candidate))
  return key === undefined ? undefined : String(item[key])
}

const QUANTITY_PATH = /\.(requests|limits)\.[^.]+$|\.sizeLimit$/

function sameQuantity(desired: unknown, owned: unknown, path: string): boolean {
  if (!QUANTITY_PATH.test(path) || !isQuantity(desired) || !isQuantity(owned)) return false
  const amount = amountOf(desired)
  return amount !== undefined && amount === amountOf(owned)
}

function isQuantity(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}
