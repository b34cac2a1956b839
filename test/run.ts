import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { constants } from 'node:os'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

// `tap run`, with what it prints fit for where it goes. On a terminal its reporters redraw the lines that they wrote. In a
// file or a pipe that would be cursor movements: there they write each line once, as they do for a CI system.

const SHOW_CURSOR = '\u001b[?25h'
const isTerminal = process.stdout.isTTY

// Each file is a process, and most of its time would go into compiling the same modules.
const NODE_COMPILE_CACHE = fileURLToPath(new URL('../node_modules/.cache/node', import.meta.url))
const cached = { NODE_COMPILE_CACHE, ...process.env }
const env = isTerminal ? cached : { TAP_REPORTER: 'base', ...cached, CI: 'true' }
const child = spawn('tap', ['run', ...process.argv.slice(2)], {
  env,
  stdio: ['inherit', isTerminal ? 'inherit' : 'pipe', 'inherit'],
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal))
const ended = once(child, 'close')
if (child.stdout !== null) {
  for await (const line of createInterface({ input: child.stdout })) {
    if (line !== SHOW_CURSOR) process.stdout.write(`${line.replaceAll(SHOW_CURSOR, '')}\n`)
  }
}
await ended
process.exitCode =
  child.exitCode ?? 128 + (child.signalCode === null ? 0 : constants.signals[child.signalCode])
