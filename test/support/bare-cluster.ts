import { fileURLToPath } from 'node:url'
import type { Test } from 'tap'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { type ControlPlane, startControlPlane } from './control-plane/index.ts'
import { eventually } from './deadline.ts'
import { type Kubelet, startKubelet } from './kubelet/index.ts'

const CRD = fileURLToPath(new URL('../../charts/mcrouter-operator/files/crd.yaml', import.meta.url))

/** A control plane with the API of Mcrouters and a stand-in for kubelet, but without webhooks and without an operator. */
export interface BareCluster {
  readonly controlPlane: ControlPlane
  readonly kubelet: Kubelet
  /** Standard output of kubectl; rejects with its complaint when it fails. */
  kubectl(...args: string[]): Promise<string>
  /** Applies one object. */
  apply(namespace: string, object: JsonObject): Promise<void>
  createNamespace(name: string): Promise<void>
  /** Objects of some kinds (as kubectl names them) with a label, or all of them. */
  list(namespace: string, kinds: string, selector?: string): Promise<JsonObject[]>
  /** The value at a jsonpath, as text; empty when there is nothing. */
  read(namespace: string, what: string, jsonpath: string): Promise<string>
}

/** About six seconds; everything ends with the test. */
export async function startBareCluster(t: Test): Promise<BareCluster> {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const kubelet = await startKubelet(controlPlane.client)
  t.teardown(() => kubelet.stop())
  const run = async (args: readonly string[], input?: string) => {
    const { code, stdout, stderr } = await controlPlane.kubectl(args, input === undefined ? {} : { input })
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`)
    return stdout
  }
  await run(['apply', '-f', CRD])
  await eventually('Mcrouters are served', async () => (await run(['get', 'mcrouters'])) !== undefined)
  return {
    controlPlane,
    kubelet,
    kubectl: (...args) => run(args),
    apply: async (namespace, object) => {
      await run(['apply', '-n', namespace, '-f', '-'], JSON.stringify(object))
    },
    createNamespace: async (name) => {
      await controlPlane.client.request('POST', '/api/v1/namespaces', { body: { metadata: { name } } })
    },
    list: async (namespace, kinds, selector = '') => {
      const { items }: JsonObject = JSON.parse(
        await run(['get', '-n', namespace, kinds, '-l', selector, '-o', 'json']),
      )
      return Array.isArray(items) ? items.filter(isJsonObject) : []
    },
    read: (namespace, what, jsonpath) =>
      run(['get', '-n', namespace, ...what.split(' '), '--ignore-not-found', '-o', `jsonpath=${jsonpath}`]),
  }
}
