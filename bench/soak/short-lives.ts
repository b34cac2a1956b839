import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How long certificates live and how often they are looked at, in milliseconds. */
export interface Lives {
  readonly authority: number
  readonly serving: number
  /** How far clocks may be apart. */
  readonly allowance: number
  /** Until a change has arrived everywhere. */
  readonly propagation: number
  readonly lookAgain: number
}

const CONSTANTS: Readonly<Record<keyof Lives, string>> = {
  authority: 'AUTHORITY_LIFE',
  serving: 'SERVING_LIFE',
  allowance: 'CLOCK_ALLOWANCE',
  propagation: 'PROPAGATION_TIME',
  lookAgain: 'CHECK_INTERVAL',
}

/**
 * Gives a bundle's certificates other lives. A clock that runs faster would not do: the API server, which verifies them,
 * has its own. Everything else of the program stays as it is built.
 *
 * @throws when the bundle does not have each of these constants once
 */
export async function shortenLives(directory: string, lives: Lives): Promise<void> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.js'))
  const sources = new Map(
    await Promise.all(
      files.map(async (name) => [name, await readFile(join(directory, name), 'utf8')] as const),
    ),
  )
  for (const part of ['authority', 'serving', 'allowance', 'propagation', 'lookAgain'] as const) {
    replaceOnce(sources, CONSTANTS[part], lives[part])
  }
  for (const [name, source] of sources) await writeFile(join(directory, name), source)
}

function replaceOnce(sources: Map<string, string>, constant: string, value: number): void {
  const declaration = new RegExp(`^var ${constant} = .*;$`, 'gm')
  let found = 0
  for (const [name, source] of sources) {
    const next = source.replaceAll(declaration, () => {
      found += 1
      return `var ${constant} = ${value};`
    })
    sources.set(name, next)
  }
  if (found !== 1) throw new Error(`the bundle declares ${constant} ${found} times`)
}
