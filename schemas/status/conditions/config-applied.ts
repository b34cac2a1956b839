import type { ConditionKind } from './reason.ts'

export const CONFIG_APPLIED = {
  meaning: 'Every ready router runs the configuration rendered from the spec (status.config.digest).',
  reasons: {
    Confirmed: {
      status: 'True',
      meaning: 'Each ready router has answered that it runs the digest in status.config.',
      action: '',
    },
    Written: {
      status: 'True',
      meaning:
        'The ConfigMap holds the configuration. Routers load it by themselves as soon as kubelet delivers it.',
      action: '',
    },
    Waiting: {
      status: 'False',
      meaning:
        'Routers still run the previous configuration: kubelet can take a minute or two to deliver a ConfigMap.',
      action: 'Wait. A router that falls behind is named in the message.',
    },
    OldConfig: {
      status: 'False',
      meaning: 'A router still runs an older configuration after the time allowed for a reload.',
      action:
        'Look at the pod named in the message. If its volume holds the new config.json, it has stopped watching: delete the pod.',
    },
    Unreachable: {
      status: 'False',
      meaning: 'A router does not answer on its port, so what it runs is unknown.',
      action:
        'Look at the pod named in the message; a NetworkPolicy must let the reconciler reach the router port.',
    },
    Refused: {
      status: 'False',
      meaning: 'A router has refused the new configuration and kept the previous one.',
      action: (field) =>
        `Check that ${field('routers.release')} matches ${field('routers.image')}. The log of the pod named in the message says what was refused.`,
    },
    NoRouter: {
      status: 'False',
      meaning: 'No router is ready, so none can confirm.',
      action: 'See Available and Degraded.',
    },
    Paused: {
      status: 'Unknown',
      meaning: (field) =>
        `${field('paused')} is true: the configuration is left as it is, and routers are not asked which they run.`,
      action: '',
    },
    NotAccepted: {
      status: 'False',
      meaning: 'The spec is not accepted; routers keep the configuration of the last one that was.',
      action: 'See Accepted.',
    },
  },
} as const satisfies ConditionKind
