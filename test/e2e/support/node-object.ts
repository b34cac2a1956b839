import type { Test } from 'tap'
import { eventually } from '../../../testing/deadline.ts'
import { apply, kubectlOk, list, textAt } from './cluster.ts'

/** Well below what the node controller waits for: 50 s (kubernetes cmd/kube-controller-manager, node-monitor-grace-period). */
const RENEWED_MS = 10_000

/**
 * A second node that is an object alone, for clusters that have one: no kubelet is there, and nothing runs on it. DaemonSets have pods
 * for it, and nobody else has, since it is cordoned. The test says of a pod that it runs, and at which address.
 */
export class NodeObject {
  readonly name: string

  private constructor(name: string) {
    this.name = name
  }

  /** It is Ready until the test ends. */
  static async register(t: Test, name: string): Promise<NodeObject> {
    t.teardown(async () => {
      await kubectlOk(['delete', 'node', name, '--ignore-not-found'])
      await kubectlOk(['-n', 'kube-node-lease', 'delete', 'lease', name, '--ignore-not-found'])
      const on = ['--all-namespaces', 'pods', `--field-selector=spec.nodeName=${name}`]
      for (const pod of await list(on)) {
        const [namespace, one] = [textAt(pod, 'metadata.namespace'), textAt(pod, 'metadata.name')]
        const now = ['--force', '--grace-period=0', '--ignore-not-found']
        await kubectlOk(['-n', namespace, 'delete', 'pod', one, ...now])
      }
    })
    const room = { cpu: '2', memory: '2Gi', pods: '10' }
    const ready = { type: 'Ready', status: 'True', reason: 'Said', message: 'no kubelet is there' }
    const status = { capacity: room, allocatable: room, conditions: [ready] }
    const metadata = { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } }
    const node = { apiVersion: 'v1', kind: 'Node', metadata, spec: { unschedulable: true }, status }
    await kubectlOk(['create', '-f', '-'], JSON.stringify(node))
    await renew(name)
    const timer = setInterval(() => void renew(name), RENEWED_MS)
    t.teardown(() => clearInterval(timer))
    return new NodeObject(name)
  }

  /** Waits for the pod with these labels that is for this node, and says that it serves at an address that somebody else has. */
  async serve(namespace: string, labels: string, ip: string): Promise<void> {
    const on = ['-n', namespace, 'pods', '-l', labels, `--field-selector=spec.nodeName=${this.name}`]
    const pod = await eventually(`a pod is for ${this.name}`, async () => (await list(on))[0])
    const conditions = ['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'].map((type) => ({
      type,
      status: 'True',
    }))
    const status = { phase: 'Running', podIP: ip, podIPs: [{ ip }], conditions }
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify({ status })]
    await kubectlOk(['-n', namespace, 'patch', 'pod', textAt(pod, 'metadata.name'), ...patch])
  }
}

/** As kubelet does: https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats */
async function renew(name: string): Promise<void> {
  const renewTime = new Date().toISOString().replace('Z', '000Z')
  const spec = { holderIdentity: name, leaseDurationSeconds: 40, renewTime }
  const metadata = { name, namespace: 'kube-node-lease' }
  await apply([{ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec }])
}
