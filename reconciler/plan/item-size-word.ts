import { itemBytes } from '../../schemas/formats/item-size.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { Child } from '../observe/child.ts'
import { record, records, text } from '../observe/untyped.ts'
import { identity, type OwnedManifest } from './plan.ts'

/** memcached's option for its largest item. */
const ITEM_SIZE = '-I'

/**
 * A StatefulSet with the word for the largest item that its pods have already, where that says as many bytes: v1alpha3 lets people
 * write 33554432, of which v1beta1 makes 32Mi and so `-I 32m`. Another word would restart every server of the pool, each empty.
 */
export function keepingItemSizeWord(manifest: OwnedManifest, children: readonly Child[]): OwnedManifest {
  if (manifest.kind !== 'StatefulSet') return manifest
  const child = children.find((one) => identity(one) === identity(manifest))
  if (child === undefined) return manifest
  const { spec, template, pod } = partsOf(manifest.spec)
  const there = records(partsOf(child.owned.spec).pod.containers)
  const containers = records(pod.containers).map((container) => {
    const same = there.find(({ name }) => name === container.name)
    return same === undefined ? container : withWordOf(container, same)
  })
  return { ...manifest, spec: { ...spec, template: { ...template, spec: { ...pod, containers } } } }
}

function partsOf(specified: unknown) {
  const spec = record(specified)
  const template = record(spec.template)
  return { spec, template, pod: record(template.spec) }
}

function withWordOf(container: JsonObject, there: JsonObject): JsonObject {
  const [args, words] = [container.args, there.args]
  if (!Array.isArray(args) || !Array.isArray(words)) return container
  const [at, word] = [args.indexOf(ITEM_SIZE) + 1, text(words[words.indexOf(ITEM_SIZE) + 1])]
  const bytes = at === 0 ? undefined : itemBytes(text(args[at]))
  return bytes !== undefined && bytes === itemBytes(word)
    ? { ...container, args: args.with(at, word) }
    : container
}
