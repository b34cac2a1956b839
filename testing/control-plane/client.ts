import { createInterface } from 'node:readline'
import { Agent } from 'undici'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import type { Credential, Endpoint } from './kubeconfig.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  /** The body when it is a JSON object, else empty. */
  readonly body: JsonObject
}

export interface RequestOptions {
  /** A text is sent as it is, an object as JSON. */
  readonly body?: JsonObject | string
  /** application/json by default; application/merge-patch+json by default for PATCH. */
  readonly contentType?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Plain HTTPS to the API server: for what kubectl cannot send or is too slow for. */
export class Client {
  readonly #url: string
  readonly #agent: Agent
  readonly #authorization: Readonly<Record<string, string>>

  constructor(endpoint: Endpoint, credential: Credential) {
    this.#url = endpoint.url
    const keyPair = 'token' in credential ? {} : { cert: credential.certificate, key: credential.key }
    this.#authorization = 'token' in credential ? { authorization: `Bearer ${credential.token}` } : {}
    this.#agent = new Agent({
      allowH2: false,
      connect: { ca: endpoint.ca, ...keyPair },
      bodyTimeout: 0,
    })
  }

  /** Any status is an answer; rejects only when there is none. */
  async request(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
    const { body, contentType = defaultContentType(method), headers = {}, signal } = options
    const response = await this.#agent.request({
      origin: this.#url,
      path,
      method,
      headers: {
        ...this.#authorization,
        ...(body === undefined ? {} : { 'content-type': contentType }),
        ...headers,
      },
      body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal ? { signal } : {}),
    })
    const text = await response.body.text()
    return { status: response.statusCode, headers: response.headers, text, body: parseObject(text) }
  }

  /** The events of a watch until the server ends it or the signal fires. `path` carries the query. */
  async *watch(path: string, signal: AbortSignal): AsyncGenerator<{ type: string; object: JsonObject }> {
    const response = await this.#agent.request({
      origin: this.#url,
      path,
      method: 'GET',
      headers: this.#authorization,
      signal,
    })
    if (response.statusCode !== 200) throw new Error(`watch ${path}: ${await response.body.text()}`)
    const lines = createInterface({ input: response.body })
    // Whoever reads gets it from the iterator; when nobody does any more, it would end the process.
    lines.on('error', () => lines.close())
    try {
      for await (const line of lines) {
        const event = parseObject(line)
        if (typeof event.type === 'string' && isJsonObject(event.object)) {
          yield { type: event.type, object: event.object }
        }
      }
    } finally {
      response.body.destroy()
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy()
  }
}

function defaultContentType(method: Method): string {
  return method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
}

function parseObject(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text)
    return isJsonObject(value) ? value : {}
  } catch {
    // /readyz and /metrics answer with plain text.
    return {}
  }
}
