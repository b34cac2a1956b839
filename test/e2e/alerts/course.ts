import { eventually } from '../../../testing/deadline.ts'
import type { Fault } from './fault.ts'
import type { Stage } from './stage.ts'
import type { Alert } from './watch.ts'

/** What came of a fault. */
export interface Course {
  readonly fault: Fault
  /** That fired already. */
  readonly before: readonly Alert[]
  /** Seconds from when it was done. */
  readonly fired: ReadonlyMap<Alert, number>
  /** After repair. */
  readonly over: ReadonlySet<Alert>
  /** Empty where all went as it should; else what did not, and how things were then. */
  readonly trouble: string
}

/** Each look is a query of Prometheus. */
const LOOK = { everyMs: 2000, withinMs: 150_000 }

/** Has it happen, and repairs it once all has fired that is to. */
export async function courseOf(stage: Stage, fault: Fault): Promise<Course> {
  const { watch } = stage
  const before: Alert[] = []
  const fired = new Map<Alert, number>()
  const over = new Set<Alert>()
  const troubles: string[] = []
  const each = async (action: (alert: Alert) => Promise<unknown>) => {
    const outcomes = await Promise.allSettled(fault.fires.map(action))
    const failed = outcomes.filter(({ status }) => status === 'rejected')
    if (failed.length === 0) return
    const reasons = failed.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : ''))
    troubles.push(...reasons, ...(await watch.state()), await stage.say())
  }
  try {
    await each(async (alert) => (await watch.fired(alert)) && before.push(alert))
    await fault.inflict(stage)
    const done = performance.now()
    // One may be over before another begins: a router that hangs is replaced.
    await each(async (alert) => {
      await eventually(named(alert), () => watch.fired(alert), LOOK)
      fired.set(alert, (performance.now() - done) / 1000)
    })
    await fault.repair(stage)
    await each(async (alert) => {
      await eventually(`${named(alert)} is over`, async () => !(await watch.fires(alert)), LOOK)
      over.add(alert)
    })
  } catch (error) {
    troubles.push(String(error))
  }
  return { fault, before, fired, over, trouble: troubles.join('\n') }
}

export function named({ alert, severity }: Alert): string {
  return `${alert} (${severity})`
}
