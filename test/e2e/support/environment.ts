/** What differs from cluster to cluster; KUBECONFIG names the cluster itself. */
export interface Environment {
  /** The operator's image, as pods name it. */
  readonly image: string
  /** Shell command that makes the image there for the nodes; with $E2E_IMAGE in its environment. */
  readonly loadImage: string | undefined
  /** Shell command that stops every API server, and the one that starts them again. */
  readonly stopApi: string | undefined
  readonly startApi: string | undefined
  /** Shell command that has NetworkPolicies hold while it runs. */
  readonly enforcePolicies: string | undefined
  /** Shell command that has the cluster tell how much CPU pods use (metrics.k8s.io) while it runs. */
  readonly podMetrics: string | undefined
}

export const environment: Environment = {
  image: process.env.E2E_IMAGE ?? 'ghcr.io/mcrouter-operator/mcrouter-operator:dev',
  loadImage: process.env.E2E_LOAD_IMAGE,
  stopApi: process.env.E2E_STOP_API,
  startApi: process.env.E2E_START_API,
  enforcePolicies: process.env.E2E_ENFORCE_POLICIES,
  podMetrics: process.env.E2E_POD_METRICS,
}
