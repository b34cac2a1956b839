import { isLabelKey, isLabelValue } from '../../text/label.ts'
import { quote } from '../../text/quote.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { LabelValue } from '../pod.ts'
import type { Schema } from '../schema.ts'
import { adviceOn } from './advice.ts'
import { type Place, pathOf } from './path.ts'
import { unknownFields } from './unknown-fields.ts'
import type { Violation } from './violation.ts'

const METADATA: Place = { within: undefined, key: 'metadata' }

/** k8s.io/apimachinery pkg/apis/meta/v1/types.go: ObjectMeta. */
const OBJECT_META = [
  'name',
  'generateName',
  'namespace',
  'labels',
  'annotations',
  'finalizers',
  'ownerReferences',
  'managedFields',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'selfLink',
]

const AROUND: Schema['properties'] = {
  apiVersion: {},
  kind: {},
  metadata: { properties: Object.fromEntries(OBJECT_META.map((name) => [name, {}])) },
  status: {},
}

/** The longest annotations together (apimachinery pkg/api/validation/objectmeta.go: TotalAnnotationSizeLimitB). */
const ANNOTATIONS_BYTES = 256 * 1024

/**
 * What the API server says against a manifest before it looks at the spec, or asks a webhook.
 * @param specSchema names the fields that somebody may have put beside the spec
 */
export function manifestViolations(manifest: JsonObject, specSchema: Schema): Violation[] {
  const { spec: _, ...around } = manifest
  const metadata = isJsonObject(manifest.metadata) ? manifest.metadata : {}
  return [
    ...unknownFields(around, { properties: { ...AROUND, spec: specSchema } }, undefined),
    ...labelViolations(metadata.labels),
    ...annotationViolations(metadata.annotations),
  ]
}

function labelViolations(labels: unknown): Violation[] {
  const place = { within: METADATA, key: 'labels' }
  const { 'x-allowed': allowed }: Schema = LabelValue
  return textsIn(labels, place, (key, value) => {
    if (!isLabelKey(key)) return 'the key must be a label key such as team or example.com/team'
    return isLabelValue(value) ? undefined : `must be ${allowed}`
  })
}

function annotationViolations(annotations: unknown): Violation[] {
  const place = { within: METADATA, key: 'annotations' }
  const violations = textsIn(annotations, place, (key) =>
    isLabelKey(key.toLowerCase()) ? undefined : 'the key must be one such as note or example.com/note',
  )
  const size = isJsonObject(annotations)
    ? Object.entries(annotations).reduce((sum, pair) => sum + Buffer.byteLength(pair.join('')), 0)
    : 0
  if (size <= ANNOTATIONS_BYTES) return violations
  return [...violations, invalid(place, `must have at most ${ANNOTATIONS_BYTES} bytes together, has ${size}`)]
}

/** What is wrong in a map of texts. */
function textsIn(
  map: unknown,
  place: Place,
  complaint: (key: string, value: string) => string | undefined,
): Violation[] {
  if (map === undefined || map === null) return []
  if (!isJsonObject(map)) return [invalid(place, `${quote(map)}: must be an object (key: value)`)]
  return Object.entries(map).flatMap(([key, value]) => {
    const here = { within: place, key }
    if (value === null) return []
    if (typeof value !== 'string')
      return [invalid(here, `${quote(value)}: must be text${adviceOn(value, { type: 'string' })}`)]
    const words = complaint(key, value)
    return words === undefined ? [] : [invalid(here, `${quote(value)}: ${words}`)]
  })
}

function invalid(place: Place, message: string): Violation {
  return { path: pathOf(place), reason: 'FieldValueInvalid', message: `Invalid value: ${message}` }
}
