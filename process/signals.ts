import { constants } from 'node:os'

const STOP: readonly NodeJS.Signals[] = ['SIGTERM', 'SIGINT']

/** Resolves at the first signal that asks to stop; from then on a second one ends the process, with the shell's code for it. */
export function signalled(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    function first(signal: NodeJS.Signals): void {
      for (const name of STOP) process.off(name, first).on(name, second)
      resolve(signal)
    }
    function second(signal: NodeJS.Signals): void {
      process.exit(128 + constants.signals[signal])
    }
    for (const name of STOP) process.on(name, first)
  })
}
