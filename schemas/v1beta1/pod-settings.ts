import { Affinity } from '../affinity.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import type { PodSettings, SpreadConstraint } from '../mcrouter.ts'
import { tolerationOf } from '../pod.ts'
import { memberOf, type Schema } from '../schema.ts'
import type { PodSpec } from './pod.ts'

/** Of a pod as a spec has it. Field by field: what the schema does not know was not checked and goes nowhere. */
export function podSettings(pod: PodSpec = {}): PodSettings {
  return {
    imagePullSecrets: (pod.imagePullSecrets ?? []).map(({ name }) => ({ name })),
    nodeSelector: pod.nodeSelector ?? {},
    tolerations: (pod.tolerations ?? []).map(tolerationOf),
    affinity: affinityOf(pod.affinity),
    topologySpreadConstraints: (pod.topologySpreadConstraints ?? []).map(spreadConstraint),
    priorityClassName: pod.priorityClassName,
    labels: pod.labels ?? {},
    annotations: pod.annotations ?? {},
  }
}

function spreadConstraint({ topologyKey, maxSkew, whenUnsatisfiable, minDomains }: SpreadConstraint) {
  return { topologyKey, maxSkew, whenUnsatisfiable, ...(minDomains !== undefined && { minDomains }) }
}

function affinityOf(affinity: unknown): JsonObject | undefined {
  const copied = known(affinity, Affinity)
  return isJsonObject(copied) ? copied : undefined
}

/** What a schema knows of a value. */
function known(value: unknown, schema: Schema): unknown {
  const { items } = schema
  if (Array.isArray(value)) return items === undefined ? [] : value.map((item) => known(item, items))
  if (!isJsonObject(value)) return value
  const members = Object.entries(value).flatMap(([key, inner]): [string, unknown][] => {
    const member = memberOf(schema, key)
    return member === undefined ? [] : [[key, known(inner, member)]]
  })
  return Object.fromEntries(members)
}

/** The least that has to be said to get these. */
export function writtenPod(pod: PodSettings): JsonObject {
  const { imagePullSecrets, nodeSelector, tolerations, topologySpreadConstraints, labels, annotations } = pod
  return {
    ...(imagePullSecrets.length > 0 && { imagePullSecrets }),
    ...(isFull(nodeSelector) && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
    ...(pod.affinity !== undefined && { affinity: pod.affinity }),
    ...(topologySpreadConstraints.length > 0 && { topologySpreadConstraints }),
    ...(pod.priorityClassName !== undefined && { priorityClassName: pod.priorityClassName }),
    ...(isFull(labels) && { labels }),
    ...(isFull(annotations) && { annotations }),
  }
}

function isFull(map: Readonly<Record<string, string>>): boolean {
  return Object.keys(map).length > 0
}
