import Type, { type Static } from 'typebox'
import { Affinity, SpreadConstraint } from '../affinity.ts'
import { SUBDOMAIN } from '../formats/patterns.ts'
import {
  annotationsSchema,
  labelsSchema,
  pullSecretsSchema,
  resourcesSchema,
  tolerationsSchema,
} from '../pod.ts'

/**
 * What may be said of the pods of a tier. Nothing here reaches their containers, security contexts, volumes, host namespaces
 * or service accounts.
 */
export function podSchema(resources: string, description: string) {
  return Type.Object(
    {
      resources: Type.Optional(resourcesSchema(resources)),
      nodeSelector: Type.Optional(
        labelsSchema('Labels that a node must have, such as kubernetes.io/arch: amd64.', 32),
      ),
      tolerations: Type.Optional(tolerationsSchema('Node taints that the pods tolerate.')),
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
        pullSecretsSchema('Secrets for pulling the image from a private registry.'),
      ),
      labels: Type.Optional(
        labelsSchema('Labels of the pods beside those of the operator, which cannot be changed here.', 16),
      ),
      annotations: Type.Optional(
        annotationsSchema(
          'Annotations of the pods beside those of the operator, which cannot be changed here.',
          16,
        ),
      ),
    },
    { description },
  )
}
export type PodSpec = Static<ReturnType<typeof podSchema>>
