import { kubectlOk } from './cluster.ts'

const KINDS = [
  'namespaces',
  'customresourcedefinitions',
  'clusterroles',
  'clusterrolebindings',
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'persistentvolumes',
]

/** Everything cluster-scoped that the suite could leave behind; what is in a namespace goes with it. */
export async function inventory(): Promise<string[]> {
  return (await kubectlOk(['get', KINDS.join(','), '-o', 'name'])).split('\n').filter(Boolean)
}
