import { startControlPlane } from '../testing/control-plane/index.ts'
import { startKubelet } from '../testing/kubelet/index.ts'
import { startOperator } from '../testing/operator/index.ts'
import { localRouter } from './local-router.ts'
import type { Stage } from './stage.ts'

/** A control plane of its own on loopback; the operator's processes run on this machine. */
export async function localStage(): Promise<Stage> {
  const controlPlane = await startControlPlane()
  try {
    const kubelet = await startKubelet(controlPlane.client)
    const operator = await startOperator(controlPlane)
    return {
      description: [
        'A real API server on loopback. There are no nodes: pods are reported ready as a kubelet would, and nothing runs in',
        'them.',
        `kubectl is ${controlPlane.kubectlPath}`,
      ].join('\n'),
      installation: `helm install mcrouter-operator charts/mcrouter-operator -n ${operator.namespace} --create-namespace --set hostProcesses.enabled=true,hostProcesses.url=${operator.url}`,
      namespace: 'default',
      kubectl: controlPlane.kubectl,
      renderUrl: operator.url,
      invitation: [
        `export KUBECONFIG=${controlPlane.kubeconfig}`,
        `${controlPlane.kubectlPath} get mcrouters`,
      ],
      router: (name) => localRouter(controlPlane, name),
      end: async () => {
        await operator.stop()
        await kubelet.stop()
        await controlPlane.stop()
      },
    }
  } catch (error) {
    await controlPlane.stop()
    throw error
  }
}
