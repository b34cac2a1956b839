import Type, { type Static } from 'typebox'
import { Affinity, SpreadConstraint } from '../affinity.ts'
import { LABEL_VALUE, SUBDOMAIN } from '../formats/patterns.ts'
import { LabelValue, PullSecret, resourcesSchema, TolerationSpec } from '../pod.ts'

/** Texts by keys that are label keys. */
function texts(description: string, value: object, most: number) {
  return Type.Optional(
    Type.Unsafe<Record<string, string>>({
      type: 'object',
      additionalProperties: value,
      propertyNames: { format: 'label-key' },
      maxProperties: most,
      description,
    }),
  )
}

/**
 * What may be said of the pods of a tier. Nothing here reaches their containers, security contexts, volumes, host namespaces
 * or service accounts.
 */
export function podSchema(resources: string, description: string) {
  return Type.Object(
    {
      resources: Type.Optional(resourcesSchema(resources)),
      nodeSelector: texts('Labels that a node must have, such as kubernetes.io/arch: amd64.', LabelValue, 32),
      tolerations: Type.Optional(
        Type.Array(TolerationSpec, {
          maxItems: 32,
          'x-kubernetes-list-type': 'atomic',
          description: 'Node taints that the pods tolerate.',
        }),
      ),
      affinity: Type.Optional(Affinity),
      topologySpreadConstraints: Type.Optional(
        Type.Array(SpreadConstraint, {
          maxItems: 8,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['topologyKey', 'whenUnsatisfiable'],
          description:
            "How the pods are spread. Given, they take the place of the operator's own, which spreads over nodes where it can.",
        }),
      ),
      priorityClassName: Type.Optional(
        Type.String({
          minLength: 1,
          maxLength: 253,
          pattern: SUBDOMAIN,
          format: 'subdomain',
          'x-allowed': 'the name of a PriorityClass: lower-case letters, digits, "-" and "."',
          description: 'PriorityClass of the pods. Default: that of the cluster.',
        }),
      ),
      imagePullSecrets: Type.Optional(
        Type.Array(PullSecret, {
          maxItems: 16,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
          description: 'Secrets for pulling the image from a private registry.',
        }),
      ),
      labels: texts(
        'Labels of the pods beside those of the operator, which cannot be changed here.',
        { ...LabelValue, pattern: LABEL_VALUE },
        16,
      ),
      annotations: texts(
        'Annotations of the pods beside those of the operator, which cannot be changed here.',
        { type: 'string', maxLength: 4096, 'x-allowed': 'text of at most 4096 characters' },
        16,
      ),
    },
    { description },
  )
}
export type PodSpec = Static<ReturnType<typeof podSchema>>
