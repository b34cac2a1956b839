import { dump } from 'js-yaml'
import { WrittenSpec } from '../v1alpha3/aliases.ts'
import { celRules } from '../v1alpha3/cel.ts'
import { API_VERSION, McrouterStatus, VERSION } from '../v1alpha3/spec.ts'
import { withDefaults } from '../validation/defaults.ts'
import { GROUP, KIND, PLURAL } from '../well-known.ts'
import { spelledOut } from './spelled-out.ts'
import { structural } from './structural.ts'

const column = (name: string, jsonPath: string, description: string, more: object = {}) => ({
  name,
  type: 'string',
  jsonPath,
  description,
  ...more,
})

/** What `kubectl get mcr` shows; with priority 1 under `-o wide` only. */
export const COLUMNS = [
  column('Setup', '.spec.pool_setup', 'replicated or sharded'),
  column('Servers', '.status.ready.servers', 'Ready and wanted memcached servers'),
  column('Routers', '.status.ready.routers', 'Ready and wanted routers'),
  column(
    'Available',
    '.status.conditions[?(@.type=="Available")].status',
    'Every key can be read and written',
  ),
  column('Ready', '.status.conditions[?(@.type=="Ready")].status', 'All is as the spec wants it'),
  column(
    'Reason',
    '.status.conditions[?(@.type=="Ready")].reason',
    'Why it is not Ready: docs/reference.md says what to do about each',
  ),
  column('Age', '.metadata.creationTimestamp', 'Time since it was created', { type: 'date' }),
  column('Endpoint', '.status.endpoint', 'Where clients connect', { priority: 1 }),
  column('Digest', '.status.config.digest', "md5 of mcrouter's configuration", { priority: 1 }),
  column('Router image', '.spec.mcrouter_image', 'Image of the routers', { priority: 1 }),
  column('Memcached image', '.spec.memcached_image', 'Image of the servers', { priority: 1 }),
]

/** The CustomResourceDefinition. */
export function customResourceDefinition() {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${PLURAL}.${GROUP}`,
      // Removing the definition removes every Mcrouter, and with it every cache.
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: {
        plural: PLURAL,
        singular: 'mcrouter',
        kind: KIND,
        listKind: `${KIND}List`,
        shortNames: ['mcr'],
        // `kubectl get all` shows it beside its pods, and `kubectl delete all --all` removes what would bring them back.
        categories: ['all'],
      },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          additionalPrinterColumns: COLUMNS,
          subresources: {
            status: {},
            scale: {
              specReplicasPath: '.spec.memcached_pool_size',
              statusReplicasPath: '.status.replicas',
              labelSelectorPath: '.status.selector',
            },
          },
          schema: { openAPIV3Schema: structural(objectSchema(), celRules()) },
        },
      ],
    },
  }
}

function objectSchema() {
  return {
    type: 'object',
    description:
      'A pool of memcached servers and the mcrouter routers in front of it. Clients speak the memcached protocol to the routers, at status.endpoint.',
    properties: {
      apiVersion: { type: 'string', description: `${API_VERSION}` },
      kind: { type: 'string', description: KIND },
      metadata: { type: 'object' },
      spec: {
        ...spelledOut(WrittenSpec),
        // In full: the API server holds a default to the rules before it fills in any other.
        default: withDefaults({}),
        description: 'The desired state. Every field has a default that suits production.',
      },
      status: {
        ...McrouterStatus,
        // For an object that has none yet: within it, the API server fills in the defaults of the fields.
        default: {},
        description: 'The observed state; written by the operator.',
      },
    },
  }
}

/** The definition as a manifest. */
export function crdManifest(): string {
  return dump(customResourceDefinition(), { lineWidth: -1, noRefs: true })
}
