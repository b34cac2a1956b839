import type { JsonObject } from '../../schemas/json.ts'

/**
 * Puts an object where the API server stores it, past the API server: what only an older one would have taken. `path` is
 * `group/plural/name`, as below /registry. https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 */
export async function put(url: string, path: string, object: JsonObject): Promise<void> {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const body = JSON.stringify({ key: base64(`/registry/${path}`), value: base64(JSON.stringify(object)) })
  const response = await fetch(`${url}/v3/kv/put`, { method: 'POST', body })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
}
