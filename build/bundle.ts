import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Metafile } from 'esbuild'
import { thirdPartyLicences } from './third-party.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Some dependencies are CommonJS and call require() for Node's own modules; an ES module has none. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/** What esbuild needs to know to bundle any program for the image's Node. */
export const FOR_NODE = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  banner: { js: requireBanner },
} as const satisfies BuildOptions

/**
 * Bundles the command line into `outdir`: one entry, and a chunk for each command that it imports on demand, so that the
 * server does not load the Kubernetes client; and the licences of what went into it. Templates and package.json stay files:
 * the sources find them one directory above their own, where the image has them as well.
 *
 * @returns what went into each file
 */
export async function bundle(outdir: string): Promise<Metafile> {
  await rm(outdir, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['bin/mcrouter-operator.js'],
    outdir,
    ...FOR_NODE,
    splitting: true,
    chunkNames: '[name]-[hash]',
    // Not minified, so that a stack trace can be read as it is: Node holds source maps in memory, 24 MiB for these.
    sourcemap: false,
    // THIRD-PARTY-LICENSES.txt has the whole texts.
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  })
  const licences = await thirdPartyLicences(ROOT, Object.keys(metafile.inputs))
  await writeFile(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences)
  return metafile
}

if (import.meta.main) await bundle(process.argv[2] ?? 'dist')
