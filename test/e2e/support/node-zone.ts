import type { Test } from 'tap'
import { ZONE_LABEL } from '../../../schemas/well-known.ts'
import { kubectlOk, list, textAt } from './cluster.ts'

/**
 * In which zone the node of a cluster is said to be. What runs there stays when that changes: a node selector is looked at when a pod is
 * scheduled, and by kubelet when it takes it in. So one node runs the pods of several zones, those of each while it is said to be in it.
 */
export class NodeZone {
  readonly #node: string

  private constructor(node: string) {
    this.#node = node
  }

  /** It is where it was when the test ends. */
  static async start(t: Test): Promise<NodeZone> {
    const [node, ...more] = await list(['nodes'])
    if (node === undefined || more.length > 0) throw new Error('the cluster must have one node')
    const zone = new NodeZone(textAt(node, 'metadata.name'))
    const labels: unknown = Object(node.metadata).labels
    const before: unknown = Object(labels)[ZONE_LABEL]
    t.teardown(() => zone.#label(typeof before === 'string' ? `${ZONE_LABEL}=${before}` : `${ZONE_LABEL}-`))
    return zone
  }

  async isIn(zone: string): Promise<void> {
    await this.#label(`${ZONE_LABEL}=${zone}`)
  }

  async #label(change: string): Promise<void> {
    await kubectlOk(['label', 'node', this.#node, change, '--overwrite'])
  }
}
