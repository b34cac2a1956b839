import Type from 'typebox'
import { LABEL_KEY } from './formats/patterns.ts'
import { expressions, labelSelector } from './label-selector.ts'

// A pod's affinity (k8s.io/api/core/v1 types.go), but for what reaches other namespaces: whoever may create a Mcrouter may do so
// in one.

const topologyKey = Type.String({
  minLength: 1,
  maxLength: 317,
  pattern: LABEL_KEY,
  format: 'label-key',
  'x-allowed': 'a label key such as kubernetes.io/hostname',
  description:
    'Label of nodes: those with the same value are one place, such as kubernetes.io/hostname or topology.kubernetes.io/zone.',
})

const nodeTerm = {
  matchExpressions: Type.Optional(
    expressions(
      ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'],
      'Conditions on labels of the node, all of which must hold.',
    ),
  ),
}

const weight = Type.Integer({
  minimum: 1,
  maximum: 100,
  description: 'How much it counts beside other preferences.',
})

const podTerm = Type.Object(
  {
    topologyKey,
    labelSelector: labelSelector({
      matchLabels: 'Labels that the other pods have.',
      matchExpressions: 'Conditions on labels of the other pods.',
      selector: 'The other pods, in the namespace of the Mcrouter.',
    }),
  },
  { description: 'Pods, and what of the node has to be the same.' },
)

function preferred(description: string) {
  return Type.Optional(
    Type.Array(
      Type.Object({ weight, podAffinityTerm: podTerm }, { description: 'A preference and its weight.' }),
      { maxItems: 8, 'x-kubernetes-list-type': 'atomic', description },
    ),
  )
}

function podAffinity(description: string) {
  return Type.Optional(
    Type.Object(
      {
        requiredDuringSchedulingIgnoredDuringExecution: Type.Optional(
          Type.Array(podTerm, {
            maxItems: 8,
            'x-kubernetes-list-type': 'atomic',
            description: 'Must hold for a pod to be scheduled.',
          }),
        ),
        preferredDuringSchedulingIgnoredDuringExecution: preferred('Holds where it can.'),
      },
      { description },
    ),
  )
}

export const Affinity = Type.Object(
  {
    nodeAffinity: Type.Optional(
      Type.Object(
        {
          requiredDuringSchedulingIgnoredDuringExecution: Type.Optional(
            Type.Object(
              {
                nodeSelectorTerms: Type.Array(
                  Type.Object(nodeTerm, { description: 'Conditions, all of which must hold.' }),
                  {
                    minItems: 1,
                    maxItems: 8,
                    'x-kubernetes-list-type': 'atomic',
                    description: 'One of these must hold.',
                  },
                ),
              },
              { description: 'Must hold for a pod to be scheduled.' },
            ),
          ),
          preferredDuringSchedulingIgnoredDuringExecution: Type.Optional(
            Type.Array(
              Type.Object(
                { weight, preference: Type.Object(nodeTerm, { description: 'Conditions.' }) },
                { description: 'A preference and its weight.' },
              ),
              { maxItems: 8, 'x-kubernetes-list-type': 'atomic', description: 'Holds where it can.' },
            ),
          ),
        },
        { description: 'Nodes by their labels.' },
      ),
    ),
    podAffinity: podAffinity('Near other pods of the namespace.'),
    podAntiAffinity: podAffinity('Away from other pods of the namespace.'),
  },
  {
    description:
      'Where the pods run, as in a pod. It is added to what the operator asks for: pods of one tier on different nodes where possible.',
  },
)

export const SpreadConstraint = Type.Object(
  {
    topologyKey,
    maxSkew: Type.Integer({
      minimum: 1,
      maximum: 1000,
      description: 'By how many pods two places may differ.',
    }),
    whenUnsatisfiable: Type.Unsafe<'DoNotSchedule' | 'ScheduleAnyway'>({
      type: 'string',
      enum: ['DoNotSchedule', 'ScheduleAnyway'],
      description: 'DoNotSchedule leaves a pod pending; ScheduleAnyway runs it where it does the least harm.',
    }),
    minDomains: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: 'Only with DoNotSchedule: how many places there have to be.',
      }),
    ),
  },
  {
    description: 'How the pods of this tier are spread over places. The operator selects these pods itself.',
  },
)
