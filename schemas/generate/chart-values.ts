import { type Static, type TObject, type TProperties, Type } from 'typebox'
import { CLUSTER_DOMAIN, DNS_LABEL } from '../../text/label.ts'
import { IMAGE } from '../formats/patterns.ts'
import { LONGEST_IMAGE } from '../images.ts'

// The values of charts/mcrouter-operator; values.yaml has the defaults and says what each is for. Helm checks them against
// the JSON Schema generated from here at install, upgrade, template and lint. What spans values is in templates/checks.yaml.

/** Helm checks what the user gave merged over values.yaml, so each is there. Misspelt ones are refused. */
function group<T extends TProperties>(properties: T): TObject<T> {
  return Type.Object(properties, { additionalProperties: false })
}

const text = Type.String()
const labels = Type.Record(Type.String(), Type.String())
/** A part of the pod spec that goes through as it is: the API server knows best. */
const passedThrough = Type.Record(Type.String(), Type.Unknown())

const lists = Type.Array(passedThrough)
/** Kubernetes' own notation: 1GB is none, and would be refused at the first pod only. */
const quantities = Type.Record(
  Type.String(),
  Type.Union([
    Type.Number({ minimum: 0 }),
    Type.String({ pattern: '^[0-9]+([.][0-9]+)?(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$' }),
  ]),
)

/** Keys and prefixes; flags.ts of both processes know those that are reserved. */
const inheritable = Type.Array(Type.String({ pattern: '^[A-Za-z0-9][-A-Za-z0-9_./]*$' }), {
  uniqueItems: true,
  maxItems: 32,
})

/** As far as a pattern can say; render/flags.ts knows the rest. */
const image = Type.String({ minLength: 1, maxLength: LONGEST_IMAGE, pattern: IMAGE })

const selector = group({
  matchLabels: Type.Optional(labels),
  matchExpressions: Type.Optional(
    Type.Array(
      group({
        key: Type.String({ minLength: 1 }),
        operator: Type.Enum(['In', 'NotIn', 'Exists', 'DoesNotExist']),
        values: Type.Optional(Type.Array(text)),
      }),
    ),
  ),
})

const part = {
  replicas: Type.Integer({ minimum: 1, maximum: 20 }),
  logLevel: Type.Enum(['trace', 'debug', 'info', 'warn', 'error']),
  resources: group({
    requests: Type.Optional(quantities),
    limits: Type.Optional(quantities),
    claims: Type.Optional(lists),
  }),
  podLabels: labels,
  podAnnotations: labels,
  serviceAccountAnnotations: labels,
  extraArgs: Type.Array(Type.String({ pattern: '^--' })),
  extraEnv: Type.Array(
    group({
      name: Type.String({ minLength: 1 }),
      value: Type.Optional(text),
      valueFrom: Type.Optional(passedThrough),
    }),
  ),
  nodeSelector: labels,
  tolerations: lists,
  affinity: passedThrough,
  topologySpreadConstraints: lists,
  priorityClassName: text,
  podDisruptionBudget: Type.Boolean(),
  revisionHistoryLimit: Type.Integer({ minimum: 0, maximum: 100 }),
  terminationGracePeriodSeconds: Type.Integer({ minimum: 1, maximum: 3600 }),
}
/** How Prometheus finds and scrapes something. */
const monitor = {
  enabled: Type.Boolean(),
  interval: Type.String({ pattern: '^[1-9][0-9]*(ms|s|m|h)$' }),
  scrapeTimeout: Type.String({ pattern: '^([1-9][0-9]*(ms|s|m|h))?$' }),
  labels,
  namespace: Type.String({ pattern: `^(${DNS_LABEL})?$` }),
  relabelings: lists,
  metricRelabelings: lists,
}
/** As reconciler/flags.ts takes them. */
const seconds = Type.Integer({ minimum: 0, maximum: 86_400 })

export const OperatorValues = group({
  image: group({
    repository: Type.String({ minLength: 1 }),
    tag: Type.String({ pattern: '^([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})?$' }),
    digest: Type.String({ pattern: '^(sha256:[0-9a-f]{64})?$' }),
    pullPolicy: Type.Enum(['Always', 'IfNotPresent', 'Never']),
  }),
  imagePullSecrets: Type.Array(group({ name: Type.String({ minLength: 1 }) })),
  nameOverride: Type.String({ pattern: `^(${DNS_LABEL})?$` }),
  fullnameOverride: Type.String({ pattern: `^(${DNS_LABEL})?$` }),
  clusterDomain: Type.String(CLUSTER_DOMAIN),
  watchNamespaces: Type.Array(Type.String({ pattern: `^${DNS_LABEL}$` }), { uniqueItems: true }),
  commonLabels: labels,
  commonAnnotations: labels,
  inherit: group({ labels: inheritable, annotations: inheritable }),
  defaults: group({ images: group({ memcached: image, mcrouter: image }) }),
  crd: group({ enabled: Type.Boolean() }),
  certificates: group({
    mode: Type.Enum(['self', 'cert-manager']),
    certManager: group({
      issuerRef: group({
        name: Type.Optional(Type.String({ minLength: 1 })),
        kind: Type.Optional(text),
        group: Type.Optional(text),
      }),
    }),
  }),
  webhook: group({
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 30 }),
    failurePolicy: Type.Enum(['Fail', 'Ignore']),
    namespaceSelector: selector,
    objectSelector: selector,
    clientCAConfigMap: Type.String({ pattern: '^([a-z0-9][-a-z0-9.]{0,252})?$' }),
  }),
  server: group({
    ...part,
    hostNetwork: Type.Boolean(),
    port: Type.Integer({ minimum: 1024, maximum: 65_535 }),
    dnsPolicy: Type.Enum(['', 'ClusterFirst', 'ClusterFirstWithHostNet', 'Default']),
  }),
  reconciler: group({
    ...part,
    confirmRouters: Type.Boolean(),
    confirmTimeoutSeconds: seconds,
    shrinkGraceSeconds: seconds,
    fillSeconds: seconds,
    concurrency: Type.Integer({ minimum: 1, maximum: 256 }),
  }),
  exporter: group({ enabled: Type.Boolean(), ...part }),
  networkPolicy: group({ enabled: Type.Boolean() }),
  serviceMonitor: group(monitor),
  podMonitor: group({
    ...monitor,
    // Longer than the exporter waits for a pod (exporter/run.ts): else nothing is said of one that hangs.
    scrapeTimeout: Type.String({ pattern: '^(([5-9]|[1-9][0-9]+)s|[1-9][0-9]*(m|h))?$' }),
  }),
  prometheusRule: group({
    enabled: Type.Boolean(),
    labels,
    namespace: Type.String({ pattern: `^(${DNS_LABEL})?$` }),
  }),
  dashboard: group({
    enabled: Type.Boolean(),
    labels,
    annotations: labels,
    namespace: Type.String({ pattern: `^(${DNS_LABEL})?$` }),
  }),
  rbac: group({
    aggregate: Type.Boolean(),
    confineReconciler: Type.Boolean(),
    mountCertificates: Type.Boolean(),
    issueCertificates: Type.Boolean(),
    adopt: Type.Boolean(),
    ownerReferencesPermissionEnforcement: Type.Boolean(),
  }),
  secretPolicy: group({ enabled: Type.Boolean() }),
  labelPolicy: group({
    enabled: Type.Boolean(),
    // They end up in a text of CEL.
    users: Type.Array(Type.String({ pattern: "^[^'\\\\\\s]+$" })),
  }),
  hostProcesses: group({
    enabled: Type.Boolean(),
    url: Type.String({ pattern: '^(https://[^/?#@A-Z]+)?/?$' }),
  }),
  // Helm hands this down to every chart that is part of another.
  global: Type.Optional(passedThrough),
})
export type OperatorValues = Static<typeof OperatorValues>
