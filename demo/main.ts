import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { existingStage } from './existing.ts'
import { localStage } from './local.ts'
import { play } from './scenes.ts'
import { createScreen } from './screen.ts'
import type { Stage } from './stage.ts'

const USAGE = `Usage: npm run demo [-- [--context NAME [--image REPOSITORY:TAG]]]

Shows the operator's main job on a control plane of its own, or on the cluster of a kubeconfig context.
On a terminal it stays up afterwards, until Ctrl-C; either way it takes everything away again.
`

/** As a shell has it for SIGINT. */
const INTERRUPTED = 130

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      context: { type: 'string' },
      image: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  const screen = createScreen(process.stdout, process.env)
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => interrupted.abort())
  const where = values.context === undefined ? 'a control plane of its own' : `context ${values.context}`
  process.stdout.write(`Starting the operator on ${where} …\n`)
  const start = performance.now()
  const { context, image } = values
  const stage =
    context === undefined
      ? await endingAtOnce(localStage, interrupted.signal)
      : await existingStage({ context, image }, interrupted.signal)
  try {
    process.stdout.write(`${stage.description}\n`)
    await play(stage, screen, interrupted.signal)
    process.stdout.write(`\nDone in ${Math.round((performance.now() - start) / 1000)} s.\n`)
    if (process.stdin.isTTY && process.stdout.isTTY) await stay(stage, interrupted.signal)
    return 0
  } catch (error) {
    if (interrupted.signal.aborted) return INTERRUPTED
    throw error
  } finally {
    await stage.end()
  }
}

/** Starts what ends with this process by itself (testing/process/children.ts): nothing has to be waited for. */
async function endingAtOnce(start: () => Promise<Stage>, signal: AbortSignal): Promise<Stage> {
  const leave = () => process.exit(INTERRUPTED)
  if (signal.aborted) leave()
  signal.addEventListener('abort', leave)
  try {
    return await start()
  } finally {
    signal.removeEventListener('abort', leave)
  }
}

async function stay(stage: Stage, signal: AbortSignal): Promise<void> {
  const lines = ['Look around in another terminal; Ctrl-C here takes everything away.', ...stage.invitation]
  process.stdout.write(`${lines.join('\n  ')}\n`)
  // An unresolved promise alone does not keep a process alive.
  const alive = setInterval(() => {}, 60_000)
  if (!signal.aborted) await once(signal, 'abort')
  clearInterval(alive)
}

try {
  process.exitCode = await main()
} catch (error) {
  // Interrupted while it started.
  if (error instanceof Error && error.name === 'AbortError') process.exit(INTERRUPTED)
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
