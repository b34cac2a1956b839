import Type, { type Static } from 'typebox'
import { LABEL_KEY, LABEL_VALUE, QUANTITY, SUBDOMAIN } from './formats/patterns.ts'
import type { Toleration } from './mcrouter.ts'

// The parts of a pod that a Mcrouter passes on, as narrow as Kubernetes itself has them: whatever is accepted here is
// accepted in a pod.

export const RESOURCE_NAMES = ['cpu', 'memory', 'ephemeral-storage'] as const
export type ResourceName = (typeof RESOURCE_NAMES)[number]

function quantity(description: string) {
  return Type.Optional(
    Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      minimum: 0,
      minLength: 1,
      maxLength: 32,
      pattern: QUANTITY,
      format: 'quantity',
      'x-allowed': 'a quantity such as 2, 250m, 512Mi or 1Gi',
      description,
    }),
  )
}

function amounts(description: string) {
  return Type.Optional(
    Type.Object(
      {
        cpu: quantity('CPUs in steps of a thousandth: 2, 250m or "0.5" (in quotes).'),
        memory: quantity('Bytes, at least 1Mi: 512Mi or 1Gi.'),
        'ephemeral-storage': quantity('Bytes of local disk: 100Mi. Neither tier writes to disk.'),
      },
      { description },
    ),
  )
}

export function resourcesSchema(description: string) {
  return Type.Object(
    {
      requests: amounts('What the scheduler sets aside on a node; never more than the limit.'),
      limits: amounts(
        'What a container may use. Beyond its memory limit it is killed, beyond its CPU limit it is slowed down.',
      ),
    },
    { description },
  )
}
export type ResourcesSpec = Static<ReturnType<typeof resourcesSchema>>

export const PullSecret = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 253,
      pattern: SUBDOMAIN,
      format: 'subdomain',
      'x-allowed': 'the name of a Secret: lower-case letters, digits, "-" and "."',
      description: 'A Secret of type kubernetes.io/dockerconfigjson in the namespace of the Mcrouter.',
    }),
  },
  { description: 'A Secret to pull the images with.' },
)

export function pullSecretsSchema(description: string) {
  return Type.Array(PullSecret, {
    maxItems: 16,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    description,
  })
}

export const LabelValue = Type.String({
  maxLength: 63,
  pattern: LABEL_VALUE,
  format: 'label-value',
  'x-allowed': 'up to 63 letters, digits, "-", "_" and ".", with a letter or digit at both ends',
})

/** @param most how many there may be */
export function labelsSchema(description: string, most: number) {
  return textsSchema(description, LabelValue, most)
}

/** @param most how many there may be */
export function annotationsSchema(description: string, most: number) {
  const value = { type: 'string', maxLength: 4096, 'x-allowed': 'text of at most 4096 characters' }
  return textsSchema(description, value, most)
}

/** Texts by keys that are label keys. */
function textsSchema(description: string, value: object, most: number) {
  return Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: value,
    propertyNames: { format: 'label-key' },
    maxProperties: most,
    description,
  })
}

export const TolerationSpec = Type.Object(
  {
    key: Type.Optional(
      Type.String({
        maxLength: 317,
        pattern: LABEL_KEY,
        format: 'label-key-or-empty',
        'x-allowed': 'a label key such as dedicated or example.com/dedicated',
        description: 'Key of the taint. Left out, with operator Exists: every taint.',
      }),
    ),
    operator: Type.Optional(
      Type.Unsafe<'Equal' | 'Exists'>({
        type: 'string',
        enum: ['Equal', 'Exists'],
        description: 'Equal, the default, also compares the value; Exists accepts any value.',
      }),
    ),
    value: Type.Optional(
      Type.Unsafe<string>({ ...LabelValue, description: 'Value of the taint; none with operator Exists.' }),
    ),
    effect: Type.Optional(
      Type.Unsafe<'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'>({
        type: 'string',
        enum: ['NoSchedule', 'PreferNoSchedule', 'NoExecute'],
        description: 'Effect of the taint. Left out: every effect.',
      }),
    ),
    tolerationSeconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 2_147_483_647,
        description: 'Only with effect NoExecute: seconds that a pod stays on the node. Left out: forever.',
      }),
    ),
  },
  { description: 'A node taint that the pods tolerate.' },
)
type TolerationSpec = Static<typeof TolerationSpec>

export function tolerationsSchema(description: string) {
  return Type.Array(TolerationSpec, { maxItems: 32, 'x-kubernetes-list-type': 'atomic', description })
}

/** Field by field: what the schema does not know was not checked and goes nowhere. */
export function tolerationOf({
  key,
  operator,
  value,
  effect,
  tolerationSeconds,
}: TolerationSpec): Toleration {
  return {
    ...(key !== undefined && { key }),
    ...(operator !== undefined && { operator }),
    ...(value !== undefined && { value }),
    ...(effect !== undefined && { effect }),
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  }
}
