import type { Application } from './application.ts'

/**
 * The heap that Node gives itself within the 384 MiB that the chart allows the reconciler, where a machine without a limit
 * lets its young generation grow to 128 MiB: v8.getHeapStatistics().heap_size_limit of Node 24 in a cgroup of that size is
 * 259 MiB, three of them for three semi-spaces.
 */
const IN_POD = '--max-old-space-size=256 --max-semi-space-size=1'

/** The application with the reconciler's heap as it is in its pod. */
export function withPodHeap(application: Application): Application {
  return {
    ...application,
    command: (args) => {
      const command = application.command(args)
      return args[0] === 'reconciler'
        ? { ...command, env: { ...command.env, NODE_OPTIONS: IN_POD } }
        : command
    },
  }
}
