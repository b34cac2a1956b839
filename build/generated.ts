import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Writes a file that is made from others. With --check on the command line it only says whether it would change, by an exit with 1. */
export function writeOrCheck(file: string, text: string): void {
  if (!process.argv.includes('--check')) {
    writeFileSync(file, text)
  } else if (!existsSync(file) || readFileSync(file, 'utf8') !== text) {
    console.error(`Stale: ${relative(ROOT, file)}. Run "npm run generate" and commit what it writes.`)
    process.exitCode = 1
  }
}
