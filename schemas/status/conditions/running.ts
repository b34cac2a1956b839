import type { ConditionKind } from './reason.ts'

export const RUNNING = {
  meaning: 'As the Ansible operator reported it, for scripts written for it. Others should use Ready.',
  reasons: {
    Successful: {
      status: 'True',
      meaning: 'All is applied; the message is "Awaiting next reconciliation".',
      action: '',
    },
    Running: { status: 'True', meaning: 'A change is being applied.', action: '' },
    Failed: { status: 'False', meaning: 'The last attempt failed.', action: 'See Accepted and Degraded.' },
  },
} as const satisfies ConditionKind
