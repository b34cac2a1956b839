// All that the rest of the reconciler knows of objects that the Ansible operator made, and of how they are adopted.

export { scalesOldRouters } from './autoscaler.ts'
export { retire, retiringIn } from './deployment.ts'
export { withLivePods } from './live-pods.ts'
export { cutsOffOldRouters } from './network-policy.ts'
export { isAdopting, keepAdoptedPods } from './partition.ts'
export { type ExistingObject, resolveExisting, resolveFormer } from './resolve-existing.ts'
