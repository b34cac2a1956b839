import { ADOPT_ANNOTATION } from '../../well-known.ts'
import type { ConditionKind } from './reason.ts'

export const PROGRESSING = {
  meaning: 'Something is still being changed to match the spec.',
  reasons: {
    Creating: { status: 'True', meaning: 'The objects are created and the first pods start.', action: '' },
    Applying: {
      status: 'True',
      meaning:
        'Some objects do not match the spec yet, or their controllers have not seen the change; what keeps failing is in Degraded.',
      action: '',
    },
    RollingOut: {
      status: 'True',
      meaning:
        'Pods are replaced one by one after a change of image, flags or resources, and routers find the new ones.',
      action: '',
    },
    Growing: {
      status: 'True',
      meaning: 'Servers are added: first they become ready, then the routers use them.',
      action: '',
    },
    Shrinking: {
      status: 'True',
      meaning: 'Servers are removed: first the routers stop using them, then they are removed.',
      action: '',
    },
    Adopting: {
      status: 'True',
      meaning: 'Objects of the Ansible operator are adopted; memcached pods that hold data are left alone.',
      action: `Annotate the Mcrouter with ${ADOPT_ANNOTATION}=roll to move them to the new template one by one.`,
    },
    WaitingForRouters: {
      status: 'False',
      meaning:
        'A shrink waits until every router has confirmed that it no longer uses the servers to be removed.',
      action: 'See Degraded.',
    },
    Stalled: {
      status: 'False',
      meaning: 'The rollout of the routers has made no progress for ten minutes.',
      action: 'See Degraded for the pod that holds it up.',
    },
    NotAccepted: {
      status: 'False',
      meaning: 'The spec is not accepted; nothing is changed.',
      action: 'See Accepted.',
    },
    Paused: {
      status: 'Unknown',
      meaning: (field) =>
        `${field('paused')} is true: nothing is created, changed or deleted, and what runs may be other than what the spec says.`,
      action: (field) => `Set ${field('paused')} to false to have the spec applied.`,
    },
    Complete: { status: 'False', meaning: 'Nothing is being changed.', action: '' },
  },
} as const satisfies ConditionKind
