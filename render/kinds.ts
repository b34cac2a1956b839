import { basename } from 'node:path'

/** What objects of a Mcrouter are for, which decides their names. */
export type Part = 'pool' | 'routers' | 'config'

/** Objects of a kind, of those that are for one part. */
export interface PartKind {
  readonly kind: string
  readonly part: Part
}

/** One kind of object that Mcrouters expand to, with all that differs by kind. */
export interface Kind {
  /** v1, apps/v1, … */
  readonly apiVersion: string
  readonly kind: string
  /** In the paths of the API and in the rules of RBAC. */
  readonly plural: string
  /** Which parts have an object of it. */
  readonly parts: readonly Part[]
  /** Whether a Mcrouter in zones has one for each of them, in place of one: of each pool that is in zones, and of the routers. */
  readonly ofZone: boolean
  /**
   * Fields of its spec that no update may change, of those that our templates set: kubernetes
   * pkg/apis/apps/validation/validation.go, pkg/apis/core/validation/validation.go.
   */
  readonly immutable: readonly string[]
  /**
   * What an object of it uses under its name, as pods mount a ConfigMap: whoever has that name decides what the object does.
   * One that is for a pool refers to objects of that pool alone.
   */
  readonly refersTo: readonly PartKind[]
  /** Whether the order of a scale depends on it: it bears the generation from which it was planned. */
  readonly fenced: boolean
  /** Whether requests of clients depend on it: where one of its names is somebody else's, they may meet what is not ours. */
  readonly inRequestPath: boolean
  /** Whether a cluster may do without it: served by a CRD that not everybody installs. Every other kind is waited for. */
  readonly optional: boolean
}

/** By kind. */
export type Kinds = ReadonlyMap<string, Kind>

const ALWAYS = { ofZone: false, fenced: false, inRequestPath: true, optional: false } as const

export const CONFIG_MAP: Kind = {
  ...ALWAYS,
  apiVersion: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  parts: ['config'],
  immutable: [],
  // The names of servers lead there by way of the Service of their pool.
  refersTo: [{ kind: 'Service', part: 'pool' }],
  fenced: true,
}

export const SERVICE: Kind = {
  ...ALWAYS,
  apiVersion: 'v1',
  kind: 'Service',
  plural: 'services',
  parts: ['pool', 'routers'],
  immutable: ['clusterIP'],
  refersTo: [],
}

export const STATEFUL_SET: Kind = {
  ...ALWAYS,
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  parts: ['pool'],
  ofZone: true,
  immutable: ['selector', 'serviceName', 'podManagementPolicy'],
  refersTo: [{ kind: 'Service', part: 'pool' }],
  fenced: true,
}

export const DEPLOYMENT: Kind = {
  ...ALWAYS,
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  plural: 'deployments',
  parts: ['routers'],
  ofZone: true,
  immutable: ['selector'],
  // Its pods mount the ConfigMap, and use the servers that it names.
  refersTo: [
    { kind: 'ConfigMap', part: 'config' },
    { kind: 'StatefulSet', part: 'pool' },
  ],
}

export const DAEMON_SET: Kind = { ...DEPLOYMENT, kind: 'DaemonSet', plural: 'daemonsets', ofZone: false }

export const HORIZONTAL_POD_AUTOSCALER: Kind = {
  ...ALWAYS,
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  plural: 'horizontalpodautoscalers',
  parts: ['routers'],
  immutable: [],
  // It scales what has its name.
  refersTo: [{ kind: 'Deployment', part: 'routers' }],
  inRequestPath: false,
}

export const POD_DISRUPTION_BUDGET: Kind = {
  ...ALWAYS,
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  plural: 'poddisruptionbudgets',
  parts: ['pool', 'routers'],
  immutable: [],
  refersTo: [],
  inRequestPath: false,
}

/** Of a Mcrouter that not everybody may connect to. */
export const NETWORK_POLICY: Kind = {
  ...ALWAYS,
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  parts: ['pool', 'routers'],
  immutable: [],
  refersTo: [],
  inRequestPath: false,
}

/** @throws {Error} for two with the same plural, by which caches and metrics know them */
export function kindsOf(kinds: readonly Kind[]): Kinds {
  const plurals = new Set(kinds.map(({ plural }) => plural))
  if (plurals.size < kinds.length) throw new Error('two kinds in the table have the same plural')
  return new Map(kinds.map((one) => [one.kind, one]))
}

/** Of what a template makes that is called so: `PART-KIND.yaml`. */
export function kindOfTemplate(template: string, kinds: Kinds): Kind | undefined {
  const name = basename(template, '.yaml').split('-').at(-1)
  return [...kinds.values()].find(({ kind }) => kind.toLowerCase() === name)
}

/**
 * Every kind that a Mcrouter may expand to. What templates may make, what the reconciler caches, compares and writes, and the
 * rights that the chart grants follow from it.
 */
export const KINDS: Kinds = kindsOf([
  CONFIG_MAP,
  SERVICE,
  STATEFUL_SET,
  DEPLOYMENT,
  DAEMON_SET,
  HORIZONTAL_POD_AUTOSCALER,
  POD_DISRUPTION_BUDGET,
  NETWORK_POLICY,
])
