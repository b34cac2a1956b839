import type { Test } from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { type ControlPlane, startControlPlane } from '../../testing/control-plane/index.ts'
import { type Kubelet, startKubelet } from '../../testing/kubelet/index.ts'
import { type HostOperator, type OperatorOptions, startOperator } from '../../testing/operator/index.ts'
import type { CommandResult } from '../../testing/process/command.ts'

/** A control plane with the operator on it and a stand-in for kubelet. */
export interface Cluster {
  readonly controlPlane: ControlPlane
  readonly kubelet: Kubelet
  readonly operator: HostOperator
  readonly kubectl: ControlPlane['kubectl']
  /** `kubectl apply` of one object or of YAML, with more arguments as given. */
  apply(object: JsonObject | string, ...args: string[]): Promise<CommandResult>
  /** What a jsonpath finds, as text; empty when there is nothing. */
  read(what: string, jsonpath: string): Promise<string>
}

/** About seven seconds; everything ends with the test. */
export async function startCluster(t: Test, options: OperatorOptions = {}): Promise<Cluster> {
  const controlPlane = await startControlPlane()
  t.teardown(() => controlPlane.stop())
  const kubelet = await startKubelet(controlPlane.client)
  t.teardown(() => kubelet.stop())
  const operator = await startOperator(controlPlane, options)
  t.teardown(() => operator.stop())
  const { kubectl } = controlPlane
  return {
    controlPlane,
    kubelet,
    operator,
    kubectl,
    apply: (object, ...args) => {
      const input = typeof object === 'string' ? object : JSON.stringify(object)
      return kubectl(['apply', '-f', '-', ...args], { input })
    },
    read: async (what, jsonpath) =>
      (await kubectl(['get', ...what.split(' '), '-o', `jsonpath=${jsonpath}`])).stdout,
  }
}

/** A Mcrouter in the default namespace, unless told otherwise. */
export function mcrouter(name: string, spec: JsonObject = {}, metadata: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'mcrouter.example.com/v1alpha3',
    kind: 'Mcrouter',
    metadata: { name, ...metadata },
    spec,
  }
}
