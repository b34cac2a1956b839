import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

// Runs in a container of the image that it looks at, and prints what is there.

/** One file, link or directory. */
export interface Entry {
  readonly path: string
  readonly directory: boolean
  /** Permission bits, set-uid and set-gid included. */
  readonly mode: number
  readonly uid: number
}

export interface Inventory {
  readonly uid: number
  readonly gid: number
  readonly entries: readonly Entry[]
}

/** Mounted by the runtime, and no part of the image. */
const MOUNTED = new Set(['/proc', '/sys', '/dev'])

function entriesOf(directory: string): Entry[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name)
    if (MOUNTED.has(path)) return []
    const stat = lstatSync(path)
    const entry = { path, directory: stat.isDirectory(), mode: stat.mode & 0o7777, uid: stat.uid }
    return entry.directory && !isClosed(entry) ? [entry, ...entriesOf(path)] : [entry]
  })
}

/** Such as /root. */
function isClosed({ mode, uid }: Entry): boolean {
  return uid !== process.getuid?.() && (mode & 0o005) !== 0o005
}

const inventory: Inventory = {
  uid: process.getuid?.() ?? 0,
  gid: process.getgid?.() ?? 0,
  entries: entriesOf('/'),
}
process.stdout.write(JSON.stringify(inventory))
