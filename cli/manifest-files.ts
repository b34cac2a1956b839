import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Source } from '../render/expansion.ts'

/** What of a directory is read (k8s.io/cli-runtime pkg/resource/builder.go: FileExtensions). */
const EXTENSION = /\.(json|yaml|yml)$/

export interface Reading {
  readonly recursive: boolean
  /** All of standard input. */
  readonly input: () => Promise<string>
}

/**
 * The texts that a command line names, in the order in which kubectl reads them: a directory's by name.
 * @param name `-` for standard input
 * @throws {ReadingError} with the path that cannot be read
 */
export async function readManifests(name: string, { recursive, input }: Reading): Promise<Source[]> {
  if (name === '-') return [{ name: 'standard input', text: await reading('standard input', input) }]
  const isDirectory = await reading(name, async () => (await stat(name)).isDirectory())
  const files = isDirectory ? await filesIn(name, recursive) : [name]
  if (files.length === 0)
    throw new ReadingError(`${name}: it holds no .yaml, .yml or .json file; -R looks into its directories`)
  const sources: Source[] = []
  for (const file of files) {
    sources.push({ name: file, text: await reading(file, () => readFile(file, 'utf8')) })
  }
  return sources
}

export class ReadingError extends Error {
  override readonly name = 'ReadingError'
}

async function filesIn(directory: string, recursive: boolean): Promise<string[]> {
  const entries = await reading(directory, () => readdir(directory, { withFileTypes: true }))
  const found: string[] = []
  for (const entry of entries.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) found.push(...(recursive ? await filesIn(path, recursive) : []))
    else if (EXTENSION.test(entry.name)) found.push(path)
  }
  return found
}

async function reading<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof Error) throw new ReadingError(`${path}: ${error.message}`)
    throw error
  }
}
