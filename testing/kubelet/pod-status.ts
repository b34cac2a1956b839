import { isJsonObject, type JsonObject } from '../../schemas/json.ts'

/** What is to be reported of a pod: that it runs and is ready, nothing at all, or that its containers wait. */
export type Report = 'ready' | 'pending' | { readonly reason: string; readonly message: string }

/** In every condition, so that nobody takes it for the word of a node. */
export const SAID = 'reported by a stand-in for kubelet; nothing runs'

/** The word of a report: `ready`, `pending` or the reason. */
export function wordOf(report: Report): string {
  return typeof report === 'string' ? report : report.reason
}

/** The word of the last report on a pod; `pending` before the first. */
export function lastWord(pod: JsonObject): string {
  const ready = objects(object(pod.status).conditions).find(({ type }) => type === 'Ready')
  if (ready === undefined) return 'pending'
  return ready.status === 'True' ? 'ready' : String(ready.reason)
}

/** The status that kubelet would write for it. */
export function podStatus(pod: JsonObject, report: Report, podIP: string): JsonObject {
  const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
  const ready = report === 'ready'
  const condition = (type: string, holds: boolean) => ({
    type,
    status: holds ? 'True' : 'False',
    lastTransitionTime: now,
    message: SAID,
    ...(holds ? {} : { reason: wordOf(report) }),
  })
  return {
    phase: ready ? 'Running' : 'Pending',
    startTime: now,
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    containerStatuses: objects(object(pod.spec).containers).map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      restartCount: 0,
      ready,
      started: ready,
      state: ready ? { running: { startedAt: now } } : { waiting: waiting(report) },
    })),
  }
}

function waiting(report: Report): JsonObject {
  return typeof report === 'string' ? { reason: 'ContainerCreating' } : { ...report }
}

export function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

export function objects(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : []
}
