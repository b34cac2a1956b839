import Type, { type Static } from 'typebox'
import { CIDR } from '../formats/patterns.ts'
import { labelSelector } from '../label-selector.ts'
import type { Access as AccessSettings, IpBlock, LabelSelector } from '../mcrouter.ts'

// k8s.io/api/networking/v1 types.go: NetworkPolicyPeer.

function cidr(description: string) {
  return Type.String({
    minLength: 4,
    maxLength: 49,
    pattern: CIDR,
    format: 'cidr',
    'x-allowed': 'a range of addresses such as 10.0.0.0/8 or 2001:db8::/32',
    description,
  })
}

const Peer = Type.Object(
  {
    podSelector: Type.Optional(
      labelSelector({
        matchLabels: 'Labels that the pods have.',
        matchExpressions: 'Conditions on labels of the pods.',
        selector:
          'Pods by their labels, in the namespace of the Mcrouter or in those of namespaceSelector; {} for all of them.',
      }),
    ),
    namespaceSelector: Type.Optional(
      labelSelector({
        matchLabels: 'Labels that the namespaces have, such as kubernetes.io/metadata.name, their name.',
        matchExpressions: 'Conditions on labels of the namespaces.',
        selector: 'Namespaces by their labels; {} for all of them. Without podSelector: all of their pods.',
      }),
    ),
    ipBlock: Type.Optional(
      Type.Object(
        {
          cidr: cidr('The range.'),
          except: Type.Optional(
            Type.Array(cidr('A smaller range within it.'), {
              maxItems: 16,
              'x-kubernetes-list-type': 'atomic',
              description: 'Ranges within it that are not meant.',
            }),
          ),
        },
        {
          description:
            'Addresses outside of the cluster, and nothing beside it. What a load balancer or a node stands before may arrive with the address of the node.',
        },
      ),
    ),
  },
  { description: 'Some clients: podSelector, namespaceSelector or both, or else ipBlock.' },
)

export const Access = Type.Object(
  {
    from: Type.Array(Peer, {
      minItems: 1,
      maxItems: 32,
      'x-kubernetes-list-type': 'atomic',
      'x-allowed': 'a list of 1 to 32 peers; to admit everybody, leave access out',
      description: 'The clients, as peers of a NetworkPolicy.',
    }),
  },
  {
    description:
      'Who may connect to the routers. Where it is given, NetworkPolicies admit these and the operator to the routers, only the routers and the operator to the servers, and let routers reach DNS and servers alone. They hold where the network of the cluster enforces them. Without it everybody may connect to both.',
  },
)

/** Field by field: what the schema does not know was not checked and goes nowhere. */
export function accessOf({ from }: Static<typeof Access>): AccessSettings {
  return {
    from: from.map(({ podSelector, namespaceSelector, ipBlock }) => ({
      ...(podSelector !== undefined && { podSelector: selectorOf(podSelector) }),
      ...(namespaceSelector !== undefined && { namespaceSelector: selectorOf(namespaceSelector) }),
      ...(ipBlock !== undefined && { ipBlock: blockOf(ipBlock) }),
    })),
  }
}

function selectorOf({ matchLabels, matchExpressions }: LabelSelector): LabelSelector {
  return {
    ...(matchLabels !== undefined && { matchLabels: { ...matchLabels } }),
    ...(matchExpressions !== undefined && {
      matchExpressions: matchExpressions.map(({ key, operator, values }) => ({
        key,
        operator,
        ...(values !== undefined && { values }),
      })),
    }),
  }
}

function blockOf({ cidr, except }: IpBlock): IpBlock {
  return { cidr, ...(except !== undefined && { except }) }
}
