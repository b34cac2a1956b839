import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { run } from '../process/command.ts'
import type { Progress } from './build.ts'
import { fetching, Unreachable } from './http.ts'
import { type Origins, type Published, publishedAs } from './published.ts'
import type { Program } from './release.ts'

/**
 * Fetches a release of a program to `destination`, where it appears complete or not at all.
 * @returns why it was not fetched, undefined when it was
 */
export type Download = (program: Program, destination: string) => Promise<string | undefined>

export interface DownloadOptions {
  readonly origins: Origins
  /** Where a proxy is named. */
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
  /** For the first bytes of an answer: behind a firewall that drops packets nobody answers at all. */
  readonly answerMs: number
  readonly platform: string
}

/** Once there is no way to the releases, nothing else is tried. */
export function downloads(options: DownloadOptions): Download {
  let unreachable: string | undefined
  return async (program, destination) => {
    if (unreachable !== undefined) return unreachable
    const published = publishedAs(program, options.origins, options.platform)
    if (published === undefined) return `there is no release of it for ${options.platform}`
    const directory = await emptyDirectory(destination)
    try {
      await fetchInto(published, directory, options)
      await rename(join(directory, published.program), destination)
      options.progress(`downloaded ${program.name} ${program.version} from ${published.url}`)
      return undefined
    } catch (error) {
      if (!(error instanceof Error)) throw error
      if (error instanceof Unreachable) unreachable = error.message
      return error.message
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  }
}

/** Beside the destination, so that a rename is enough. */
async function emptyDirectory(destination: string): Promise<string> {
  await mkdir(dirname(destination), { recursive: true })
  return await mkdtemp(`${destination}.`)
}

async function fetchInto(published: Published, directory: string, options: DownloadOptions): Promise<void> {
  const { url, checksums, file, member } = published
  const expected = checksumOf(file, await textAt(checksums, options))
  if (expected === undefined) throw new Error(`${checksums} has no SHA-256 of ${file}`)
  const path = join(directory, file)
  const hash = createHash('sha256')
  const body = await fetching(url, options)
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(path),
  )
  const actual = hash.digest('hex')
  if (actual !== expected) throw new Error(`${url} has SHA-256 ${actual}, and ${expected} is published`)
  if (member !== undefined) await unpack(path, directory, member)
  await chmod(join(directory, published.program), 0o755)
}

/** More than any list of checksums has. */
const MOST_BYTES = 1024 * 1024

async function textAt(url: string, options: DownloadOptions): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of await fetching(url, options)) {
    bytes += chunk.length
    if (bytes > MOST_BYTES) throw new Error(`${url} is no list of checksums: it is too long`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A hash alone, or lines of a hash and a file as sha256sum(1) writes them. */
function checksumOf(file: string, text: string): string | undefined {
  for (const line of text.split('\n')) {
    const [, hash, name] = /^([0-9a-f]{64})(?:\s+\*?(\S+))?\s*$/.exec(line) ?? []
    if (hash !== undefined && (name === undefined || name === file)) return hash
  }
  return undefined
}

async function unpack(archive: string, directory: string, member: string): Promise<void> {
  const args = ['-xzf', archive, '-C', directory, '--strip-components=1', member]
  const { code, stderr } = await run('tar', args)
  if (code !== 0) throw new Error(`tar could not unpack ${archive}: ${stderr.trim()}`)
}
