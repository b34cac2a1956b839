import type { ReasonOf } from '../../schemas/status/conditions.ts'
import { type BuiltInObject, type ContainerStatus, findCondition } from '../kube/built-in.ts'

/** Why a pod does not run, in words for a person. */
export interface PodFailure {
  readonly reason: ReasonOf<'Degraded'>
  readonly message: string
}

const PULL = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
])

/** Words of the scheduler or of kubelet can be long; a condition is read on a terminal. */
const LONGEST = 500

/** Undefined for a pod that is well, or that just needs more time. */
export function podFailureOf({ metadata, status = {} }: BuiltInObject<'Pod'>): PodFailure | undefined {
  const { name } = metadata
  if (metadata.deletionTimestamp !== undefined) return undefined
  if (status.phase === 'Failed') {
    const words = [status.reason, status.message].filter((word) => word).join(': ')
    return {
      reason: 'CrashLooping',
      message: bounded(`Pod ${name} has failed: ${words || 'no reason was given'}`),
    }
  }
  const scheduled = findCondition(status, 'PodScheduled')
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return {
      reason: 'Unschedulable',
      message: bounded(`Pod ${name} fits on no node: ${scheduled.message ?? ''}`),
    }
  }
  for (const container of [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])]) {
    const trouble = troubleIn(container, name)
    if (trouble !== undefined) return trouble
  }
  return undefined
}

function troubleIn(container: ContainerStatus, pod: string): PodFailure | undefined {
  if (container.ready === true) return undefined
  const { name = '', image = '', state = {}, lastState = {} } = container
  const { reason = '', message = '' } = state.waiting ?? {}
  if (PULL.has(reason)) {
    return {
      reason: 'ImagePullFailed',
      message: bounded(`Pod ${pod} cannot get image ${image}: ${message || reason}`),
    }
  }
  const ended = state.terminated ?? lastState.terminated ?? {}
  if (ended.reason === 'OOMKilled') {
    return {
      reason: 'OutOfMemory',
      message: `Pod ${pod}: container ${name} was killed at its memory limit`,
    }
  }
  if (reason === 'CrashLoopBackOff' || state.terminated !== undefined) {
    return {
      reason: 'CrashLooping',
      message: bounded(`Pod ${pod}: container ${name} ${ending(ended, pod)}`),
    }
  }
  // CreateContainerConfigError, CreateContainerError, RunContainerError: pkg/kubelet/kuberuntime/kuberuntime_container.go
  if (reason.endsWith('Error')) {
    return {
      reason: 'CrashLooping',
      message: bounded(`Pod ${pod}: container ${name} cannot start: ${message || reason}`),
    }
  }
  return undefined
}

function ending(
  { exitCode, message = '' }: NonNullable<NonNullable<ContainerStatus['state']>['terminated']>,
  pod: string,
): string {
  const code = exitCode === undefined ? 'again and again' : `with code ${exitCode}`
  const words = message.trim()
  return words === '' ? `exits ${code}; see kubectl logs ${pod} --previous` : `exits ${code}: ${words}`
}

function bounded(message: string): string {
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`
}
