import type { Stage } from './stage.ts'
import type { Alert } from './watch.ts'

/** Something that goes wrong on the cluster, and what is told of it. */
export interface Fault {
  readonly name: string
  readonly fires: readonly Alert[]
  /** Resolves when it is done; what it causes may take a while. */
  readonly inflict: (stage: Stage) => Promise<void>
  /** What makes it good, as docs/alerts.md says. */
  readonly repair: (stage: Stage) => Promise<void>
}

/** An alert for a Mcrouter of the stage. */
export function critical(mcrouter: string, alert: string): Alert {
  return { alert, severity: 'critical', mcrouter }
}

export function warning(mcrouter: string, alert: string): Alert {
  return { alert, severity: 'warning', mcrouter }
}

export function info(mcrouter: string, alert: string): Alert {
  return { alert, severity: 'info', mcrouter }
}
