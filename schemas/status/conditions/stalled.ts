import type { ConditionKind } from './reason.ts'

export const STALLED = {
  meaning:
    'Nothing more will happen before somebody changes something: for programs that judge an object by the rules of kstatus, which count it as failed.',
  reasons: {
    Invalid: { status: 'True', meaning: 'The spec is not accepted.', action: 'See Accepted.' },
    NameConflict: {
      status: 'True',
      meaning: 'An object that was not made for the Mcrouter has the name of one that it needs.',
      action: 'See Degraded.',
    },
    ConsentNeeded: {
      status: 'True',
      meaning: 'A change of the spec would lose keys, and nobody has said that it is meant.',
      action: 'See Degraded.',
    },
    RolloutStuck: {
      status: 'True',
      meaning: 'The rollout of the routers has made no progress for ten minutes.',
      action: 'See Degraded for the pod that holds it up.',
    },
    TooManyObjects: {
      status: 'True',
      meaning: 'More objects have the labels of the Mcrouter than it can have.',
      action: 'See Degraded.',
    },
    NotStalled: { status: 'False', meaning: 'Nothing waits for somebody to act.', action: '' },
  },
} as const satisfies ConditionKind
