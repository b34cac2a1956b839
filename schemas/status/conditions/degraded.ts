import type { ConditionKind } from './reason.ts'

export const DEGRADED = {
  meaning:
    'Something needs attention, even if clients are still served. The message names the pod or object.',
  reasons: {
    AsExpected: { status: 'False', meaning: 'Nothing is wrong.', action: '' },
    ServerNotReady: {
      status: 'True',
      meaning:
        'A memcached server that was ready is not, or a new one is not after ten minutes. It comes back empty if it restarts.',
      action: 'kubectl describe the pod, and look at its node; Kubernetes restarts it.',
    },
    RouterNotReady: {
      status: 'True',
      meaning:
        'A router that was ready is not, or a new one is not after ten minutes; the others carry its load.',
      action: 'kubectl describe the pod, and look at its node.',
    },
    ImagePullFailed: {
      status: 'True',
      meaning: 'A node cannot pull an image.',
      action: (field) =>
        `Check the image name, and ${field('pool.pod.imagePullSecrets')} for a private registry.`,
    },
    CrashLooping: {
      status: 'True',
      meaning: 'A container keeps exiting.',
      action: 'kubectl logs --previous of the pod named in the message.',
    },
    OutOfMemory: {
      status: 'True',
      meaning:
        'A container was killed at its memory limit: it does not run, or has restarted twice or more, the last time within half an hour.',
      action: (field) =>
        `Raise the memory limit, or lower ${field('pool.memoryMb')} or ${field('pool.maxConnections')}.`,
    },
    RouterNotAnswering: {
      status: 'True',
      meaning:
        'A router is ready for Kubernetes, whose probe the kernel answers, and does not answer itself: it hangs. Clients that connect to it time out.',
      action:
        'Nothing: it is evicted when it is silent for the third time and another answers. If it is there after some minutes, delete the pod.',
    },
    ServerNotAnswering: {
      status: 'True',
      meaning:
        'A memcached server is ready for Kubernetes and does not answer: it hangs. Its keys fail; in a replicated pool, writes to it.',
      action:
        'Look at its node. It is never restarted for this, since that empties it: delete the pod when it does not come back by itself.',
    },
    ServerSuspected: {
      status: 'True',
      meaning:
        'Routers hold a server for dead that is ready and answers others: the network between them is cut, or it is too slow.',
      action: 'Look at the nodes of both, NetworkPolicies, and the size of the values (server_timeout).',
    },
    ConnectionsExhausted: {
      status: 'True',
      meaning: 'A memcached server refuses connections, or has less than 5 % of them left.',
      action: (field) =>
        `Raise ${field('pool.maxConnections')}, and find out who connects directly: routers need a few each.`,
    },
    RouterConnectionsExhausted: {
      status: 'True',
      meaning:
        'A router takes no more clients, or has less than 5 % of its files left: those that are connected are served, others connect and get no answer. It is not replaced for this. Releases 37 and 40 do not tell before they are full for the first time.',
      action: (field) =>
        `Raise ${field('routers.replicas')} or the soft limit of open files on the nodes, or use a current mcrouter, which raises it; see "Clients of a router" in operations.md.`,
    },
    Restarting: {
      status: 'True',
      meaning:
        'A container has restarted twice or more, the last time within half an hour. memcached comes back empty each time.',
      action:
        'The message says how it ended; kubectl logs --previous of the pod says more. Exit code 137 without OOMKilled: it was killed, by its liveness probe as a rule.',
    },
    Unschedulable: {
      status: 'True',
      meaning: 'No node takes a pod: the message quotes the scheduler.',
      action: (field) =>
        `Add nodes, lower the requests, or correct ${field('pool.pod.nodeSelector')} and ${field('pool.pod.tolerations')}.`,
    },
    PodsRefused: {
      status: 'True',
      meaning: 'The API server refuses the pods: a quota, a limit range, Pod Security or another webhook.',
      action: 'The message quotes it; fix the rule or the Mcrouter.',
    },
    CertificateNotIssued: {
      status: 'True',
      meaning:
        'The operator is asked to issue the certificate of servers, and is not installed to, or the API server refuses the Secret. What would mount it is not written; pods from before go on serving.',
      action:
        'The message says which. Have the operator installed with rbac.issueCertificates=true, or name a Secret in the spec; the operator tries again every 30 s.',
    },
    CertificateMissing: {
      status: 'True',
      meaning:
        'A pod does not start, since a Secret with a certificate, or a key in it, is not there. Pods from before go on serving.',
      action:
        'The message quotes kubelet. Make the Secret, or correct its name in the spec; with cert-manager, kubectl describe the Certificate.',
    },
    CertificateUnusable: {
      status: 'True',
      meaning:
        'A router closes every connection to its port for TLS, or a server was told to read its certificate anew and cannot. Of such a server no new connection succeeds; those that routers have go on.',
      action:
        'Correct the Secret: tls.key is not the key of tls.crt, or one of them is no PEM. The operator tells the server again every 20 s, and no other of its pool meanwhile; a router reads the files at the next connection. Where it stays, delete the pod.',
    },
    CertificateExpiring: {
      status: 'True',
      meaning:
        'A pod serves a certificate that ends in less than 9 days, or in the last sixth of its life. It stays Ready.',
      action:
        'Renew the Secret. Routers serve what is in it within 35 minutes, servers within ten minutes and half a minute for each of their pool; with cert-manager, kubectl describe the Certificate says why it is late.',
    },
    ConfigUnconfirmed: {
      status: 'True',
      meaning:
        'Routers have not confirmed the configuration in the time allowed, or one that is being deleted has not ended within it. A grow continued, a shrink waits.',
      action:
        'See ConfigApplied. A router that is being deleted on a node that is gone: kubectl delete pod --force.',
    },
    ApplyFailed: {
      status: 'True',
      meaning: 'The API server has refused or not answered the change of an object; the operator retries.',
      action: 'The message names the object and the error.',
    },
    NameConflict: {
      status: 'True',
      meaning:
        'Something that was not made for the Mcrouter has the name of one of its objects. It stays as it is.',
      action:
        'Give the Mcrouter another name. Delete the object that the message names only if you know that its owner is gone.',
    },
    ConsentNeeded: {
      status: 'True',
      meaning:
        'A change of the spec would have keys looked for on servers that do not have them, and was written where admission could not ask: through the scale subresource, or without the webhook. The pool stays as it is, the rest of the spec is done.',
      action: 'Set the annotation that the message says, if the change is meant; else take the change back.',
    },
    FieldConflict: {
      status: 'True',
      meaning: 'Something else keeps changing a field that belongs to the operator.',
      action: 'The message names the object, the field and the other manager; stop one of the two.',
    },
    ReleaseDiffers: {
      status: 'True',
      meaning: (field) =>
        `A router is of another release than ${field('routers.release')} says, which decides what the configuration uses. It stays Ready.`,
      action: (field) =>
        `Set ${field('routers.release')} as the message says. That changes the configuration and restarts nothing.`,
    },
    TooManyObjects: {
      status: 'True',
      meaning:
        'More objects in the namespace have the labels of the Mcrouter, or name it as their controller, than can be its (5,000, pods that have finished not counted): nothing of it is looked at, changed or repaired, and its other conditions may be long past.',
      action: 'Delete those that are not its; the message has the command that lists them.',
    },
    Deleting: {
      status: 'True',
      meaning:
        'The Mcrouter is being deleted and kept by finalizers of others: it is looked after no more, and its other conditions may be long past.',
      action: 'Stop what set the finalizers that the message names, or remove them.',
    },
    NotAccepted: {
      status: 'True',
      meaning: 'The spec is not accepted; what runs is from an earlier one.',
      action: 'See Accepted.',
    },
  },
} as const satisfies ConditionKind
