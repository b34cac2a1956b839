import type { Application } from './application.ts'

/**
 * The old generation that Node gives itself within the 384 MiB that the chart allows the reconciler, and the 256 MiB of the exporter,
 * where a machine without a limit allows it gigabytes: with the image's flags v8.getHeapStatistics().heap_size_limit of Node
 * 24 in a cgroup of either size is 268 MiB, of which three semi-spaces take 12.
 */
const IN_POD = '--max-old-space-size=256'

/** The application with the heaps of the reconciler and the exporter as they are in their pods. */
export function withPodHeap(application: Application): Application {
  return {
    ...application,
    command: (args) => {
      const command = application.command(args)
      return args[0] === 'reconciler' || args[0] === 'exporter'
        ? { ...command, env: { ...command.env, NODE_OPTIONS: IN_POD } }
        : command
    },
  }
}
