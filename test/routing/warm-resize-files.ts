import { readdirSync, readFileSync } from 'node:fs'
import type { ClientOperation } from '../../routing/explain/request.ts'
import type { McrouterConfig } from '../../routing/mcrouter-config.ts'
import type { Resize } from '../../routing/resize.ts'

// Configurations that the real mcrouter took while a pool was resized, and where it sent requests with them
// (test/fixtures/README.md).

const FOLDER = new URL('../fixtures/warm-resize/', import.meta.url)

/** What one of them does, as its file is called. */
export type Tried = Resize | { readonly phase: 'plain'; readonly servers: number }

/** Each with its file. */
export const TRIED: ReadonlyMap<string, Tried> = new Map(
  readdirSync(FOLDER)
    .filter((file) => file !== 'routes.json' && /^[a-z]+(-\d)+\.json$/.test(file))
    .map((file) => [file, triedIn(file)]),
)

function triedIn(file: string): Tried {
  const [phase, first, second] = file.replace('.json', '').split('-')
  if (phase === 'plain') return { phase, servers: Number(first) }
  if (phase === 'mirror' || phase === 'flip') return { phase, from: Number(first), to: Number(second) }
  throw new Error(`${file} is neither plain nor a phase`)
}

export function tried(file: string): Pick<McrouterConfig, 'pools'> & Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'))
}

export interface TriedRoute {
  readonly config: string
  readonly key: string
  readonly ops: readonly ClientOperation[]
  /** `s0` for the server of ordinal 0, in the order in which they were named. */
  readonly destinations: readonly string[]
}

export const TRIED_ROUTES: readonly TriedRoute[] = JSON.parse(
  readFileSync(new URL('routes.json', FOLDER), 'utf8'),
)

/** The address there of the server of an ordinal. */
export function triedServer(ordinal: number): string {
  return `127.0.0.1:${25_400 + ordinal}`
}
