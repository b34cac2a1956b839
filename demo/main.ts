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
  // The control plane of the demo is in a session of its own, so that Ctrl-C reaches this process alone.
  const interrupted = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
  const start = performance.now()
  const stage = await (values.context === undefined
    ? localStage()
    : existingStage({ context: values.context, image: values.image }))
  try {
    const outcome = await Promise.race([
      play(stage, screen).then(() => 'played' as const),
      interrupted.then(() => 'interrupted' as const),
    ])
    if (outcome === 'interrupted') return 130
    screen.heading(`Done in ${Math.round((performance.now() - start) / 1000)} s`)
    if (process.stdin.isTTY && process.stdout.isTTY) await stay(stage, screen.remark, interrupted)
    return 0
  } finally {
    await stage.end()
  }
}

async function stay(stage: Stage, say: (text: string) => void, interrupted: Promise<unknown>): Promise<void> {
  say('Look around in another terminal; Ctrl-C here takes everything away.')
  for (const line of stage.invitation) say(`  ${line}`)
  // An unresolved promise alone does not keep a process alive.
  const alive = setInterval(() => {}, 60_000)
  await interrupted
  clearInterval(alive)
}

try {
  process.exitCode = await main()
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
