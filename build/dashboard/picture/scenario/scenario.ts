import { ROUTERS, SERVERS } from './course.ts'
import { ofReconciler } from './reconciler.ts'
import { ofRouter } from './router.ts'
import type { Series } from './series.ts'
import { ofGutter, ofServer } from './server.ts'

/** All series of the made-up Mcrouter. */
export const scenario: readonly Series[] = [
  ...ofReconciler(),
  ...ROUTERS.flatMap(ofRouter),
  ...SERVERS.flatMap(ofServer),
  ...ofGutter(),
]
