// The conditions of a Mcrouter's status and every reason that each can carry. The reconciler sets nothing that is not
// here, and docs/reference.md is generated from it.

export interface Reason {
  readonly status: 'True' | 'False' | 'Unknown'
  readonly meaning: string
  /** What a person should do; empty when nothing. */
  readonly action: string
}

export interface ConditionKind {
  readonly meaning: string
  readonly reasons: Readonly<Record<string, Reason>>
}

const PENDING: Reason = {
  status: 'Unknown',
  meaning: 'The reconciler has seen the Mcrouter and not judged this yet.',
  action: 'If it stays for more than a minute: is a reconciler running and leading?',
}

export const CONDITIONS = {
  Accepted: {
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
      Pending: PENDING,
    },
  },
  ConfigApplied: {
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
          'Routers still run the configuration before: kubelet takes up to a minute or two to deliver a ConfigMap.',
        action: 'Wait. A router that stays behind is named in the message.',
      },
      OldConfig: {
        status: 'False',
        meaning: 'A router still runs an older configuration after the time allowed for a reload.',
        action:
          'Look at the pod named in the message. If its volume holds the new config.json, it has stopped watching: delete the pod.',
      },
      Unreachable: {
        status: 'False',
        meaning: 'A router does not answer on its port, so that what it runs is unknown.',
        action:
          'Look at the pod named in the message; a NetworkPolicy must let the reconciler reach the router port.',
      },
      Refused: {
        status: 'False',
        meaning: 'A router has refused the new configuration and goes on with the one before.',
        action:
          'Does mcrouter_release suit mcrouter_image? The log of the pod named in the message says what was refused.',
      },
      NoRouter: {
        status: 'False',
        meaning: 'No router is ready, so that none can confirm.',
        action: 'See Available and Degraded.',
      },
      NotAccepted: {
        status: 'False',
        meaning: 'The spec is not accepted; routers keep the configuration of the last one that was.',
        action: 'See Accepted.',
      },
      Pending: PENDING,
    },
  },
  Available: {
    meaning:
      'Every key can be read and written: a router is ready, and so are all memcached servers (sharded) or all but one (replicated).',
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
      NotAccepted: {
        status: 'False',
        meaning: 'The spec has never been accepted, so that nothing runs.',
        action: 'See Accepted.',
      },
      Pending: PENDING,
    },
  },
  Progressing: {
    meaning: 'Something is still on its way to what the spec says.',
    reasons: {
      Creating: { status: 'True', meaning: 'The objects are made and the first pods start.', action: '' },
      RollingOut: {
        status: 'True',
        meaning: 'Pods are replaced one by one after a change of image, flags or resources.',
        action: '',
      },
      Growing: {
        status: 'True',
        meaning: 'Servers are added: first they become ready, then the routers use them.',
        action: '',
      },
      Shrinking: {
        status: 'True',
        meaning: 'Servers are removed: first the routers stop using them, then they go.',
        action: '',
      },
      Adopting: {
        status: 'True',
        meaning:
          'Objects of the Ansible operator are taken over; memcached pods that hold data are left alone.',
        action:
          'Annotate the Mcrouter with mcrouter.example.com/adopt=roll to move them to the new template one by one.',
      },
      WaitingForRouters: {
        status: 'False',
        meaning:
          'A shrink waits until every router has confirmed that it no longer uses the servers to be removed.',
        action: 'See ConfigApplied.',
      },
      Stalled: {
        status: 'False',
        meaning: 'A rollout has made no progress for ten minutes.',
        action: 'See Degraded for the pod that holds it up.',
      },
      NotAccepted: {
        status: 'False',
        meaning: 'The spec is not accepted; nothing is changed.',
        action: 'See Accepted.',
      },
      Complete: { status: 'False', meaning: 'Everything is as the spec says.', action: '' },
      Pending: PENDING,
    },
  },
  Degraded: {
    meaning:
      'Something needs attention, even if clients are still served. The message names the pod or object.',
    reasons: {
      AsExpected: { status: 'False', meaning: 'Nothing is wrong.', action: '' },
      ServerNotReady: {
        status: 'True',
        meaning: 'A memcached server that was ready is not. It comes back empty if it restarts.',
        action: 'Look at the pod and its node; Kubernetes restarts it.',
      },
      RouterNotReady: {
        status: 'True',
        meaning: 'A router that was ready is not; the others carry its load.',
        action: 'Look at the pod and its node.',
      },
      ImagePullFailed: {
        status: 'True',
        meaning: 'A node cannot pull an image.',
        action: 'Check the image name, and image_pull_secrets for a private registry.',
      },
      CrashLooping: {
        status: 'True',
        meaning: 'A container ends again and again.',
        action: 'kubectl logs --previous of the pod named in the message.',
      },
      OutOfMemory: {
        status: 'True',
        meaning: 'A container was killed at its memory limit.',
        action: 'Raise the memory limit, or lower memcached_memory_mb or memcached_max_connections.',
      },
      Unschedulable: {
        status: 'True',
        meaning: 'No node takes a pod: the message has the reasons of the scheduler.',
        action: 'Add nodes, lower the requests, or correct node_selector and tolerations.',
      },
      PodsRefused: {
        status: 'True',
        meaning: 'The API server refuses the pods: a quota, a limit range, Pod Security or another webhook.',
        action: 'The message has its words; mend the rule or the Mcrouter.',
      },
      ConfigUnconfirmed: {
        status: 'True',
        meaning:
          'Routers have not confirmed the configuration in the time allowed. A grow went on, a shrink waits.',
        action: 'See ConfigApplied.',
      },
      ApplyFailed: {
        status: 'True',
        meaning: 'The API server has refused or not answered the change of an object; it is tried again.',
        action: 'The message names the object and the error.',
      },
      NameConflict: {
        status: 'True',
        meaning:
          'Something that was not made for the Mcrouter has the name of one of its objects. It stays as it is.',
        action: 'Delete the object that the message names, or give the Mcrouter another name.',
      },
      FieldConflict: {
        status: 'True',
        meaning: 'Something else keeps changing a field that belongs to the operator.',
        action: 'The message names the object, the field and the other manager; stop one of the two.',
      },
      NotAccepted: {
        status: 'True',
        meaning: 'The spec is not accepted; what runs is from an earlier one.',
        action: 'See Accepted.',
      },
      Pending: PENDING,
    },
  },
  Running: {
    meaning:
      'As the Ansible operator reported it, for scripts written for that one. Others should use Available.',
    reasons: {
      Successful: {
        status: 'True',
        meaning: 'All is applied; the message is "Awaiting next reconciliation".',
        action: '',
      },
      Running: { status: 'True', meaning: 'A change is being applied.', action: '' },
      Failed: { status: 'False', meaning: 'The last attempt failed.', action: 'See Accepted and Degraded.' },
    },
  },
} as const satisfies Readonly<Record<string, ConditionKind>>

export type ConditionType = keyof typeof CONDITIONS
export type ReasonOf<Type extends ConditionType> = keyof (typeof CONDITIONS)[Type]['reasons']

/** What the Ansible operator wrote when it had nothing left to do; scripts wait for this very text. */
export const AWAITING = 'Awaiting next reconciliation'
