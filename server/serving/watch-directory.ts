import { type FSWatcher, watch } from 'node:fs'

/**
 * Calls `look` now, at every notice that the file system gives of the directory, and every `pollMs` milliseconds.
 * The directory need not exist yet. It and not its files is watched: the kubelet swaps a link in it, and a watched file
 * would be the old one for ever. Polling finds what comes without notice (network file systems, a replaced directory).
 * @returns stops it; until then it keeps the process alive
 */
export function watchDirectory(directory: string, pollMs: number, look: () => void): () => void {
  let watcher: FSWatcher | undefined
  const unwatch = () => {
    watcher?.close()
    watcher = undefined
  }
  const lookAround = () => {
    watcher ??= noticesOf(directory, look)?.on('error', unwatch)
    look()
  }
  const poll = setInterval(lookAround, pollMs)
  lookAround()
  return () => {
    clearInterval(poll)
    unwatch()
  }
}

/** Undefined while there are none to be had: no such directory yet, or no more watches on this machine. */
function noticesOf(directory: string, look: () => void): FSWatcher | undefined {
  try {
    return watch(directory, look)
  } catch {
    return undefined
  }
}
