import type { JsonObject } from '../../schemas/json.ts'
import type { ReasonOf } from '../../schemas/status/conditions.ts'
import { condition, record, records, text } from './untyped.ts'

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
export function podFailureOf(pod: JsonObject): PodFailure | undefined {
  const name = text(record(pod.metadata).name)
  const status = record(pod.status)
  if (record(pod.metadata).deletionTimestamp !== undefined) return undefined
  if (status.phase === 'Failed') {
    const words = [text(status.reason), text(status.message)].filter((word) => word !== '').join(': ')
    return {
      reason: 'CrashLooping',
      message: bounded(`Pod ${name} has failed: ${words || 'no reason was given'}`),
    }
  }
  const scheduled = condition(status, 'PodScheduled')
  if (scheduled?.status === 'False' && scheduled.reason === 'Unschedulable') {
    return {
      reason: 'Unschedulable',
      message: bounded(`Pod ${name} fits on no node: ${text(scheduled.message)}`),
    }
  }
  for (const container of [...records(status.initContainerStatuses), ...records(status.containerStatuses)]) {
    const trouble = troubleIn(container, name)
    if (trouble !== undefined) return trouble
  }
  return undefined
}

function troubleIn(container: JsonObject, pod: string): PodFailure | undefined {
  if (container.ready === true) return undefined
  const state = record(container.state)
  const waiting = record(state.waiting)
  const reason = text(waiting.reason)
  if (PULL.has(reason)) {
    return {
      reason: 'ImagePullFailed',
      message: bounded(
        `Pod ${pod} cannot get image ${text(container.image)}: ${text(waiting.message) || reason}`,
      ),
    }
  }
  const ended = record(state.terminated ?? record(container.lastState).terminated)
  if (ended.reason === 'OOMKilled') {
    return {
      reason: 'OutOfMemory',
      message: `Pod ${pod}: container ${text(container.name)} was killed at its memory limit`,
    }
  }
  if (reason === 'CrashLoopBackOff' || state.terminated !== undefined) {
    return {
      reason: 'CrashLooping',
      message: bounded(`Pod ${pod}: container ${text(container.name)} ${ending(ended, pod)}`),
    }
  }
  // CreateContainerConfigError, CreateContainerError, RunContainerError: pkg/kubelet/kuberuntime/kuberuntime_container.go
  if (reason.endsWith('Error')) {
    return {
      reason: 'CrashLooping',
      message: bounded(
        `Pod ${pod}: container ${text(container.name)} cannot start: ${text(waiting.message) || reason}`,
      ),
    }
  }
  return undefined
}

function ending(terminated: JsonObject, pod: string): string {
  const code =
    typeof terminated.exitCode === 'number' ? `with code ${terminated.exitCode}` : 'again and again'
  const words = text(terminated.message).trim()
  return words === '' ? `exits ${code}; see kubectl logs ${pod} --previous` : `exits ${code}: ${words}`
}

function bounded(message: string): string {
  return message.length <= LONGEST ? message : `${message.slice(0, LONGEST - 1)}…`
}
