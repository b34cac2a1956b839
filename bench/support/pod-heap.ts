import type { Application } from './application.ts'

/**
 * The old generation that Node gives itself within the 384 MiB that the chart allows the reconciler, where a machine without a
 * limit allows it gigabytes: with the image's flags v8.getHeapStatistics().heap_size_limit of Node 24 in a cgroup of that
 * size is 268 MiB, of which three semi-spaces take 12.
 */
const IN_POD = '--max-old-space-size=256'

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
