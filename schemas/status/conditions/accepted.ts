import type { ConditionKind } from './reason.ts'

export const ACCEPTED = {
  meaning: 'The spec is valid and normalised. Only an accepted spec is ever applied.',
  reasons: {
    Valid: { status: 'True', meaning: 'The spec is valid.', action: '' },
    Invalid: {
      status: 'False',
      meaning: 'The spec breaks the rules in the message. What already runs stays as it is.',
      action: 'Correct the fields named in the message and apply again.',
    },
    NotNormalised: {
      status: 'False',
      meaning:
        'The spec is valid but was stored without the webhook (deprecated spellings). The reconciler is writing it in its normalised form.',
      action:
        'Nothing; it takes seconds. If it stays, the webhook cannot be reached: look at its pods and at the events.',
    },
  },
} as const satisfies ConditionKind
