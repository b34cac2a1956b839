import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Settings } from '../../../schemas/fields.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import type { Pool } from '../../../schemas/mcrouter.ts'
import { V1BETA1 } from '../../../schemas/v1beta1/version.ts'
import { CONSENT_ANNOTATION, KIND } from '../../../schemas/well-known.ts'
import { hostileString } from './hostile.ts'
import { mcrouterName, namespace } from './names.ts'
import { settings } from './settings.ts'
import { spoilt } from './spoilt.ts'

/** A v1beta1 Mcrouter that is accepted more often than not, and by far not always: what its pools are to each other is left to chance. */
export function likelyMcrouter(): fc.Arbitrary<JsonObject> {
  const spec = fc.oneof(
    { weight: 2, arbitrary: settings().map(alone).map(written) },
    { weight: 1, arbitrary: settings().map(written) },
    {
      weight: 2,
      arbitrary: fc.tuple(settings().map(alone), config()).map(([given, own]) => configured(given, own)),
    },
  )
  return fc
    .tuple(mcrouterName(), namespace(), spec)
    .map(([name, namespace, spec]) => mcrouterOf(name, namespace, spec))
}

/** A v1beta1 Mcrouter with members at any depth that are not what they should be. */
export function anyNewerMcrouter(): fc.Arbitrary<JsonObject> {
  return fc.oneof(
    { weight: 2, arbitrary: likelyMcrouter() },
    { weight: 5, arbitrary: spoilt(likelyMcrouter(), 4) },
    { weight: 1, arbitrary: consenting() },
  )
}

function mcrouterOf(name: unknown, namespace: unknown, spec: unknown): JsonObject {
  return { apiVersion: V1BETA1.apiVersion, kind: KIND, metadata: { name, namespace }, spec }
}

/** With an annotation of consent that nobody asked for. */
function consenting(): fc.Arbitrary<JsonObject> {
  return fc.tuple(likelyMcrouter(), hostileString()).map(([object, text]) => ({
    ...object,
    metadata: { ...Object(object.metadata), annotations: { [CONSENT_ANNOTATION]: text } },
  }))
}

function written(given: Settings): JsonObject {
  const { config: _, ...spec } = V1BETA1.fromHub(given)
  return spec
}

/** Beside own JSON, what it takes the place of is left out. */
function configured(given: Settings, config: JsonObject): JsonObject {
  const plain = (pool: Pool): Pool => ({ ...pool, writes: 'Available', onMiss: 'Miss' })
  const [main, ...others] = given.pools
  return { ...written({ ...given, pools: [plain(main), ...others.map(plain)], prefixes: [] }), config }
}

/** Its pools without a word of each other, and what depends on the type of the Service left out. */
function alone(given: Settings): Settings {
  const single = ({ gutter: _, warmUp: __, ...pool }: Pool): Pool => pool
  const [main, ...others] = given.pools
  return {
    ...given,
    routers: { ...given.routers, service: { ...given.routers.service, ...BY_DEFAULT } },
    pools: [single(main), ...others.map(single)],
  }
}

const BY_DEFAULT = { loadBalancerClass: undefined, externalTrafficPolicy: undefined }

/** mcrouter's own JSON: what the real one was given once, with a member changed or as it was. */
function config(): fc.Arbitrary<JsonObject> {
  const recorded = fc.constantFrom(...RECORDED)
  return fc.oneof(recorded, spoilt(recorded, 2))
}

const VECTORS: readonly { readonly config: string }[] = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/configs.json', import.meta.url), 'utf8'),
)
const RECORDED: readonly JsonObject[] = VECTORS.flatMap(({ config }) => {
  try {
    const value: unknown = JSON.parse(config)
    return isJsonObject(value) ? [value] : []
  } catch {
    return []
  }
})
