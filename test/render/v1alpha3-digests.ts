import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { expand } from '../../render/expand.ts'
import { FILE_LIMITS } from '../../render/parse-objects.ts'
import { print } from '../../render/print.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { mcrouterObject } from '../../testing/review.ts'

const FIXTURE = new URL('../fixtures/v1alpha3-digests.json', import.meta.url)

/** A Mcrouter of v1alpha3, and what each object that it expands to was, in a few characters. */
export interface Recorded {
  readonly spec: JsonObject
  readonly digests: Readonly<Record<string, string>>
}

export function recorded(): readonly Recorded[] {
  return JSON.parse(readFileSync(FIXTURE, 'utf8'))
}

/** Of each object by its kind and name, in the order in which they are printed, and of all that is printed. */
export function digestsOf(spec: JsonObject): Recorded['digests'] {
  const metadata = { labels: { team: 'a' }, annotations: { 'example.com/cost': '7' } }
  const text = JSON.stringify(mcrouterObject(spec, metadata))
  const expansion = expand([{ name: 'cache', text }], {
    namespace: 'shop',
    settings: { clusterDomain: 'cluster.local' },
    limits: FILE_LIMITS,
    inherit: { labels: ['team'], annotations: ['example.com/'] },
    others: 'refuse',
  })
  assert(expansion.kind === 'rendered', JSON.stringify(expansion))
  const manifests = expansion.rendered.flatMap(({ rendering }) => rendering.manifests)
  return {
    ...Object.fromEntries(
      manifests.map((one) => [`${one.kind} ${one.metadata.name}`, digest(JSON.stringify(one))]),
    ),
    printed: digest(print(expansion.rendered, 'yaml', 'manifests')),
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

// Records what the code beside it renders: node test/render/v1alpha3-digests.ts, in a worktree of the release that is in use.
if (import.meta.main) {
  const renewed = recorded().map(({ spec }) => ({ spec, digests: digestsOf(spec) }))
  writeFileSync(FIXTURE, `${JSON.stringify(renewed, null, 2)}\n`)
}
