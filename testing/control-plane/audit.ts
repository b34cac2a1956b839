import { readFile } from 'node:fs/promises'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** Bodies of every write, but of Secrets only who touched which. */
export const AUDIT_POLICY: JsonObject = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [
    { level: 'Metadata', resources: [{ group: '', resources: ['secrets', 'serviceaccounts/token'] }] },
    { level: 'RequestResponse', verbs: ['create', 'update', 'patch', 'delete', 'deletecollection'] },
    { level: 'Metadata' },
  ],
}

/** One answered request: https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/#audit-k8s-io-v1-Event */
export interface AuditEvent {
  /** get, list, watch, create, update, patch, delete, … */
  readonly verb: string
  readonly requestURI: string
  readonly user: string
  readonly userAgent: string
  /** HTTP status. */
  readonly code: number
  readonly object: {
    readonly group: string
    readonly resource: string
    readonly subresource: string
    readonly namespace: string
    readonly name: string
  }
  readonly requestObject: JsonObject | undefined
  readonly responseObject: JsonObject | undefined
  readonly annotations: JsonObject
}

/** Every request that was answered, oldest first. */
export async function readAuditLog(path: string): Promise<readonly AuditEvent[]> {
  const text = await readFile(path, 'utf8')
  // The last line may still be being written.
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map(parse)
}

function parse(line: string): AuditEvent {
  const event: unknown = JSON.parse(line)
  if (!isJsonObject(event)) throw new Error(`not an audit event: ${line.slice(0, 200)}`)
  const object = inner(event.objectRef)
  return {
    verb: string(event.verb),
    requestURI: string(event.requestURI),
    user: string(inner(event.user).username),
    userAgent: string(event.userAgent),
    code: Number(inner(event.responseStatus).code ?? 0),
    object: {
      group: string(object.apiGroup),
      resource: string(object.resource),
      subresource: string(object.subresource),
      namespace: string(object.namespace),
      name: string(object.name),
    },
    requestObject: isJsonObject(event.requestObject) ? event.requestObject : undefined,
    responseObject: isJsonObject(event.responseObject) ? event.responseObject : undefined,
    annotations: inner(event.annotations),
  }
}

function inner(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
