import type { Metafile } from 'esbuild'

/** What one package, or the project itself, takes of the bundle. */
export interface Share {
  readonly name: string
  readonly bytes: number
}

/** Largest first. */
export function sharesOf({ outputs }: Metafile): Share[] {
  const bytes = new Map<string, number>()
  for (const { inputs } of Object.values(outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(path)
      bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput)
    }
  }
  return [...bytes]
    .map(([name, size]) => ({ name, bytes: size }))
    .toSorted((one, other) => other.bytes - one.bytes)
}

function packageOf(path: string): string {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  return name ?? 'mcrouter-operator itself'
}
