import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/**
 * Puts an object where the API server stores it, past the API server: what only an older one would have taken. `path` is
 * `group/plural/name`, as below /registry. https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export async function put(url: string, path: string, object: JsonObject): Promise<void> {
  await call(url, 'put', { key: keyOf(path), value: base64(JSON.stringify(object)) })
}

/** An object as the API server has stored it, which is JSON of custom resources alone; undefined when there is none. */
export async function stored(url: string, path: string): Promise<JsonObject | undefined> {
  const answer = await call(url, 'range', { key: keyOf(path) })
  const [found] = isJsonObject(answer) && Array.isArray(answer.kvs) ? answer.kvs : []
  if (!isJsonObject(found)) return undefined
  const object: unknown = JSON.parse(Buffer.from(String(found.value), 'base64').toString())
  return isJsonObject(object) ? object : undefined
}

function keyOf(path: string): string {
  return base64(`/registry/${path}`)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

async function call(url: string, method: 'put' | 'range', body: JsonObject): Promise<unknown> {
  const response = await fetch(`${url}/v3/kv/${method}`, { method: 'POST', body: JSON.stringify(body) })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  return await response.json()
}
