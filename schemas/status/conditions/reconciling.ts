import type { ConditionKind } from './reason.ts'

export const RECONCILING = {
  meaning:
    'The operator is working towards the spec and no person is needed for it yet: for programs that judge an object by the rules of kstatus, such as Flux and Helm 4. For people there is Progressing, which says the same of more.',
  reasons: {
    Progressing: { status: 'True', meaning: 'Something is being changed: see Progressing.', action: '' },
    Normalising: {
      status: 'True',
      meaning: 'The spec was stored without the webhook and is being written in its normalised form.',
      action: '',
    },
    ConfigWaiting: {
      status: 'True',
      meaning: 'Routers have still to load the configuration: see ConfigApplied.',
      action: '',
    },
    Idle: {
      status: 'False',
      meaning: 'There is nothing to do, or nothing can be done: see Stalled.',
      action: '',
    },
  },
} as const satisfies ConditionKind
