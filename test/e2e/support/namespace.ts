import type { Test } from 'tap'
import { apply, kubectlOk } from './cluster.ts'

/** A namespace that takes only pods of the restricted Pod Security level, gone when the test ends. */
export async function namespace(t: Test, name: string): Promise<string> {
  t.teardown(() => kubectlOk(['delete', 'namespace', name, '--ignore-not-found', '--timeout=180s']))
  await apply([
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } },
    },
  ])
  return name
}
