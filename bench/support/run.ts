import { join } from 'node:path'
import { Children } from '../../testing/process/children.ts'
import { type Application, buildApplication } from './application.ts'
import type { Bench } from './benchmark.ts'
import { type Fleet, startFleet } from './fleet.ts'

/** What the benchmarks of one run share; `end` leaves nothing behind. */
export interface Run extends Bench {
  end(): Promise<void>
}

export function startRun(quick: boolean, say: (line: string) => void): Run {
  const children = new Children('mcrouter-bench')
  let application: Promise<Application> | undefined
  let fleet: Promise<Fleet> | undefined
  const run: Run = {
    quick,
    children,
    say,
    application: () => {
      application ??= buildApplication(join(children.directory, 'app'))
      return application
    },
    fleet: () => {
      fleet ??= run.application().then((built) => startFleet(built, say))
      return fleet
    },
    end: async () => {
      await (await fleet)?.stop()
      await children.end()
    },
  }
  return run
}
