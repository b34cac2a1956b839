import Type from 'typebox'
import { LABEL_KEY, LABEL_VALUE } from './formats/patterns.ts'

// k8s.io/apimachinery pkg/apis/meta/v1 types.go: LabelSelector.

const labelKey = Type.String({
  minLength: 1,
  maxLength: 317,
  pattern: LABEL_KEY,
  format: 'label-key',
  'x-allowed': 'a label key such as zone or topology.kubernetes.io/zone',
  description: 'Key of a label.',
})

/** Conditions on labels, of those that `operators` names. */
export function expressions<Operator extends string>(operators: readonly Operator[], description: string) {
  return Type.Array(
    Type.Object(
      {
        key: labelKey,
        operator: Type.Unsafe<Operator>({
          type: 'string',
          enum: [...operators],
          description: 'How the value of the label is compared with values.',
        }),
        values: Type.Optional(
          Type.Array(
            Type.String({
              maxLength: 63,
              pattern: LABEL_VALUE,
              format: 'label-value',
              'x-allowed': 'a label value',
              description: 'A value.',
            }),
            {
              maxItems: 32,
              'x-kubernetes-list-type': 'atomic',
              description: 'Values; none with Exists and DoesNotExist, one number with Gt and Lt.',
            },
          ),
        ),
      },
      { description: 'A condition on one label.' },
    ),
    { maxItems: 8, 'x-kubernetes-list-type': 'atomic', description },
  )
}

interface Words {
  readonly matchLabels: string
  readonly matchExpressions: string
  readonly selector: string
}

export function labelSelector(words: Words) {
  return Type.Object(
    {
      matchLabels: Type.Optional(
        Type.Unsafe<Record<string, string>>({
          type: 'object',
          additionalProperties: {
            type: 'string',
            maxLength: 63,
            pattern: LABEL_VALUE,
            format: 'label-value',
            'x-allowed': 'a label value',
          },
          propertyNames: { format: 'label-key' },
          maxProperties: 16,
          description: words.matchLabels,
        }),
      ),
      matchExpressions: Type.Optional(
        expressions(['In', 'NotIn', 'Exists', 'DoesNotExist'], words.matchExpressions),
      ),
    },
    { description: words.selector },
  )
}
