import { dump } from 'js-yaml'
import type { ApiVersion, Versions } from '../api-version.ts'
import { isJsonObject } from '../json.ts'
import type { Schema } from '../schema.ts'
import { defaultsOf, holdsDefaults } from '../validation/defaults.ts'
import { VERSIONS } from '../versions.ts'
import { GROUP, KIND, PLURAL } from '../well-known.ts'
import { apiServerSchema } from './api-server-schema.ts'
import { spelledOut } from './spelled-out.ts'
import { structural } from './structural.ts'

/**
 * The CustomResourceDefinition, as the chart makes it.
 * @param conversion how the API server reaches the webhook that converts one version to another
 */
export function customResourceDefinition(versions: Versions, conversion: WebhookClientConfig) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${PLURAL}.${GROUP}` },
    spec: {
      conversion: {
        strategy: 'Webhook',
        webhook: { conversionReviewVersions: ['v1'], clientConfig: conversion },
      },
      ...definitionSpec(versions),
    },
  }
}

/** apiextensions.k8s.io/v1 WebhookClientConfig. */
export interface WebhookClientConfig {
  readonly url?: string
  readonly service?: { readonly namespace: string; readonly name: string; readonly path: string }
  readonly caBundle?: string
}

/** Its spec but for the conversion, which is a matter of the installation. */
function definitionSpec(versions: Versions) {
  return {
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
    versions: Object.values(versions).map(versionIn),
  }
}

function versionIn(version: ApiVersion) {
  const { name, served, storage, columns, celRules, scaled } = version
  return {
    name,
    served,
    storage,
    additionalPrinterColumns: columns,
    subresources: {
      status: {},
      scale: {
        specReplicasPath: `.spec.${scaled.join('.')}`,
        statusReplicasPath: '.status.replicas',
        labelSelectorPath: '.status.selector',
      },
    },
    schema: { openAPIV3Schema: structural(objectSchema(version), celRules()) },
  }
}

function objectSchema({ apiVersion, schema, writtenSchema, statusSchema }: ApiVersion) {
  return {
    type: 'object',
    description:
      'A pool of memcached servers and the mcrouter routers in front of it. Clients speak the memcached protocol to the routers, at status.endpoint.',
    properties: {
      apiVersion: { type: 'string', description: apiVersion },
      kind: { type: 'string', description: KIND },
      metadata: { type: 'object' },
      spec: {
        ...withGroupDefaults(
          apiServerSchema(spelledOut(writtenSchema)),
          defaultsOf(apiServerSchema(schema))({}),
        ),
        description: 'The desired state. Every field has a default that suits production.',
      },
      status: {
        ...statusSchema,
        // For an object that has none yet: within it, the API server fills in the defaults of the fields.
        default: {},
        description: 'The observed state; written by the operator.',
      },
    },
  }
}

/**
 * The API server fills in what is within an object only where there is one. In full: it holds a default to the rules before
 * it fills in any other.
 */
function withGroupDefaults(schema: Schema, complete: unknown): Schema {
  if (!holdsDefaults(schema) || !isJsonObject(complete)) return schema
  const members = Object.entries(schema.properties ?? {}).map(
    ([name, member]) => [name, withGroupDefaults(member, complete[name])] as const,
  )
  return { ...schema, properties: Object.fromEntries(members), default: complete }
}

/** charts/mcrouter-operator/files/crd-spec.yaml: no manifest, since without a conversion one version would be taken for the other. */
export function definitionSpecFile(): string {
  return dump(definitionSpec(VERSIONS), { lineWidth: -1, noRefs: true })
}
