import { TOPOLOGIES } from '../../topologies.ts'
import type { ConditionKind } from './reason.ts'

const ENOUGH = Object.entries(TOPOLOGIES)
  .map(([topology, { enough }]) => `${enough} (${topology})`)
  .join(' or ')

export const AVAILABLE = {
  meaning: `Every key can be read and written: a router is ready, and so are ${ENOUGH}.`,
  reasons: {
    Serving: { status: 'True', meaning: 'Routers and servers are ready.', action: '' },
    NoRouter: {
      status: 'False',
      meaning: 'No router is ready: clients cannot connect.',
      action: 'See Degraded, or the events of the router pods.',
    },
    ServersNotReady: {
      status: 'False',
      meaning:
        'Servers are missing. Sharded: their keys miss and cannot be written. Replicated: more than one is down.',
      action: 'See Degraded, or the events of the memcached pods.',
    },
    RoutersNotAnswering: {
      status: 'False',
      meaning: 'Routers are ready for Kubernetes, and none answers.',
      action: 'See Degraded.',
    },
    ServersNotAnswering: {
      status: 'False',
      meaning: 'Servers are ready for Kubernetes and do not answer, or a router holds them for dead.',
      action: 'See Degraded, and status.instances.',
    },
    NameConflict: {
      status: 'False',
      meaning:
        'An object that was not made for the Mcrouter has a name that clients or routers need, such as the Service of the endpoint.',
      action:
        'Give the Mcrouter another name. Delete the object that the message names only if you know that its owner is gone.',
    },
    NotAccepted: {
      status: 'False',
      meaning: 'The spec has never been accepted, so nothing runs.',
      action: 'See Accepted.',
    },
  },
} as const satisfies ConditionKind
