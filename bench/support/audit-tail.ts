import { open, stat } from 'node:fs/promises'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** One answered request, as far as it is counted and timed. */
export interface Request {
  readonly verb: string
  readonly resource: string
  readonly subresource: string
  readonly name: string
  /** Whether it was to store nothing. */
  readonly dryRun: boolean
  /** Whether the reconciler made it. */
  readonly byReconciler: boolean
  /** HTTP status. */
  readonly code: number
  /** When its answer was complete, in milliseconds since 1970, by the API server's clock. */
  readonly answeredAt: number
}

/** The end of an audit log that grows to gigabytes. */
export class AuditTail {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  /** A place in the log, for {@link since}. */
  async end(): Promise<number> {
    return (await stat(this.#path)).size
  }

  /** All requests answered since; a watch counts when it begins. */
  async since(place: number): Promise<readonly Request[]> {
    return await this.follow(place)()
  }

  /** The requests answered since, and at each further call those answered since the one before. */
  follow(place: number): () => Promise<readonly Request[]> {
    let next = place
    return async () => {
      const file = await open(this.#path)
      const requests: Request[] = []
      for await (const line of file.readLines({ start: next })) {
        const event = parse(line)
        if (event === undefined) break
        next += Buffer.byteLength(line) + 1
        const request = requestOf(event)
        if (request !== undefined) requests.push(request)
      }
      await file.close()
      return requests
    }
  }
}

function parse(line: string): JsonObject | undefined {
  // The last line may still be being written.
  if (!line.endsWith('}')) return undefined
  try {
    const event: unknown = JSON.parse(line)
    return isJsonObject(event) ? event : undefined
  } catch {
    return undefined
  }
}

function requestOf(event: JsonObject): Request | undefined {
  const verb = text(event.verb)
  if (event.stage !== (verb === 'watch' ? 'ResponseStarted' : 'ResponseComplete')) return undefined
  const { resource, subresource, name } = inner(event.objectRef)
  return {
    verb,
    resource: text(resource),
    subresource: text(subresource),
    name: text(name),
    dryRun: text(event.requestURI).includes('dryRun=All'),
    byReconciler: text(event.userAgent).startsWith('mcrouter-operator/'),
    code: Number(inner(event.responseStatus).code),
    answeredAt: timeOf(text(event.stageTimestamp)),
  }
}

/** `2026-03-02T10:00:00.123456Z`, of which Date.parse drops the microseconds. */
function timeOf(timestamp: string): number {
  const [, seconds = '', fraction = '0'] = /^(.*?)(?:\.(\d+))?Z$/.exec(timestamp) ?? []
  return Date.parse(`${seconds}Z`) + Number(`0.${fraction}`) * 1000
}

function inner(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
