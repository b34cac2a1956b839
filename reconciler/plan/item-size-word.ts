import { itemBytes } from '../../schemas/formats/item-size.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Child } from '../observe/child.ts'
import { ITEM_SIZE, itemSizeIn } from '../observe/item-size.ts'
import type { Pod } from '../observe/pod.ts'
import { record, records } from '../observe/untyped.ts'
import { identity, type OwnedManifest } from './plan.ts'

/**
 * A StatefulSet with the word for the largest item that its pods have already, where that says as many bytes: v1alpha3 lets people
 * write 33554432, of which v1beta1 makes 32Mi and so `-I 32m`. Another word would restart every server of the pool, each empty.
 *
 * @param servers of its pool, which count where somebody has deleted the StatefulSet and orphaned them: one that is made anew with
 *   the same template takes them over as they are
 */
export function keepingItemSizeWord(
  manifest: OwnedManifest,
  children: readonly Child[],
  servers: readonly Pod[],
): OwnedManifest {
  if (manifest.kind !== 'StatefulSet') return manifest
  const child = children.find((one) => identity(one) === identity(manifest))
  const { spec, template, pod } = partsOf(manifest.spec)
  const there = child && records(partsOf(child.owned.spec).pod.containers)
  const orphaned = servers.filter(({ deleting }) => !deleting).map(({ itemSize }) => itemSize)
  const containers = records(pod.containers).map((container) => {
    const same = there?.find(({ name }) => name === container.name)
    return withWord(container, child === undefined ? orphaned : [itemSizeIn(same?.args)])
  })
  return { ...manifest, spec: { ...spec, template: { ...template, spec: { ...pod, containers } } } }
}

function partsOf(specified: unknown) {
  const spec = record(specified)
  const template = record(spec.template)
  return { spec, template, pod: record(template.spec) }
}

/** With the first of the words that says as many bytes as its own; itself where none does. */
function withWord(container: JsonObject, words: readonly string[]): JsonObject {
  const { args } = container
  const bytes = itemBytes(itemSizeIn(args))
  const word = words.find((one) => bytes !== undefined && itemBytes(one) === bytes)
  if (word === undefined || !Array.isArray(args)) return container
  return { ...container, args: args.with(args.indexOf(ITEM_SIZE) + 1, word) }
}
