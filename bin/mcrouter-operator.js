#!/usr/bin/env node
// Starts the command line. The sources are TypeScript that Node strips the types from while loading (22.19 and later); an
// older Node, perhaps the machine's own, hands over to the one that npm installed for this package.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const OLDEST = [22, 19]
const INSTALLED = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
/** A terminal sends SIGINT to both processes itself. */
const FORWARDED = ['SIGTERM', 'SIGHUP', 'SIGUSR2', ...(process.stdin.isTTY ? [] : ['SIGINT'])]

if (isNewEnough(process.versions.node)) {
  const { start } = await import('../cli/main.ts')
  await start()
} else if (existsSync(INSTALLED)) {
  handOver(INSTALLED)
} else {
  process.stderr.write(
    `mcrouter-operator needs Node.js ${OLDEST.join('.')} or later, and this is ${process.version}.\n` +
      'Run npm ci, which installs one for this package alone, or put a newer one first in PATH.\n',
  )
  process.exitCode = 1
}

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])
}

/** Runs this file once more, and ends as it ends: with its exit code or by its signal. */
function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of FORWARDED) process.on(signal, () => child.kill(signal))
  if (process.stdin.isTTY) process.on('SIGINT', () => {})
  child.on('error', (error) => {
    process.stderr.write(`Cannot start ${node}: ${error.message}\nRun npm ci again.\n`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
