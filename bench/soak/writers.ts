import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { KINDS } from '../../render/kinds.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** Logs what the reconcilers write and nothing else: an hour of everything would be gigabytes. */
export function auditPolicyFor(namespace: string, serviceAccount: string): JsonObject {
  return {
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [
      {
        level: 'Metadata',
        users: [`system:serviceaccount:${namespace}:${serviceAccount}`],
        verbs: ['create', 'update', 'patch', 'delete'],
      },
      { level: 'None' },
    ],
  }
}

/** Who wrote, as far as it tells whether two led at once. */
export interface Writers {
  /** Writes that were carried out, but for those of the lease and of events, and dry runs: every process asks whether webhooks answer. */
  readonly writes: number
  /** How often the one who wrote was another than the one before. */
  readonly changes: number
}

const CREDENTIAL = 'authentication.kubernetes.io/credential-id'
const LED = new Set(['mcrouters', ...[...KINDS.values()].map(({ plural }) => plural)])

/** Processes are told apart by the credential of each. */
export async function writersIn(auditLog: string): Promise<Writers> {
  const writes: { readonly at: string; readonly by: string }[] = []
  for await (const line of createInterface({ input: createReadStream(auditLog) })) {
    const write = writeOf(line)
    if (write !== undefined) writes.push(write)
  }
  writes.sort((one, other) => (one.at < other.at ? -1 : 1))
  return {
    writes: writes.length,
    changes: writes.filter(({ by }, index) => index > 0 && by !== writes[index - 1]?.by).length,
  }
}

function writeOf(line: string): { at: string; by: string } | undefined {
  const event = parse(line)
  const { resource } = inner(event.objectRef)
  if (Number(inner(event.responseStatus).code) >= 300 || !LED.has(String(resource))) return undefined
  if (String(event.requestURI).includes('dryRun=')) return undefined
  const credential = inner(inner(event.user).extra)[CREDENTIAL]
  return { at: String(event.stageTimestamp), by: String(credential) }
}

function parse(line: string): JsonObject {
  // The last line may be cut where the API server was killed.
  if (!line.endsWith('}')) return {}
  try {
    return inner(JSON.parse(line))
  } catch {
    return {}
  }
}

function inner(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
