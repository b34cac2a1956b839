import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServingFiles } from './serving.ts'

/** The link that the kubelet swaps, so that all files of a volume change at once (pkg/volume/util/atomic_writer.go). */
const CURRENT = '..data'

/** The three files, or the names of those that are absent or empty. */
export type Found = { readonly files: ServingFiles } | { readonly missing: readonly string[] }

/** Reads the files of one moment from a mounted Secret or any other directory. Rejects when one cannot be read. */
export async function readServingFiles(directory: string): Promise<Found> {
  const current = await currentOf(directory)
  const read = (name: string) => readIfAny(join(directory, current, name))
  const [certificate, key, bundle] = await Promise.all([read('tls.crt'), read('tls.key'), read('ca.crt')])
  // What the link pointed to before is deleted right after the swap, perhaps half way through the reading.
  if ((await currentOf(directory)) !== current) return readServingFiles(directory)
  if (certificate && key && bundle) return { files: { certificate, key, bundle } }
  const all = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': bundle }
  return { missing: Object.entries(all).flatMap(([name, text]) => (text ? [] : [name])) }
}

async function currentOf(directory: string): Promise<string> {
  try {
    return await readlink(join(directory, CURRENT))
  } catch (error) {
    if (isAbsent(error) || hasCode(error, 'EINVAL')) return ''
    throw error
  }
}

async function readIfAny(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isAbsent(error)) return ''
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  return hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
