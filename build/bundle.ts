import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { thirdPartyLicences } from './third-party.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Some dependencies are CommonJS and call require() for Node's own modules; an ES module has none. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/**
 * Bundles the command line into `outdir`: one entry, and a chunk for each command that it imports on demand, so that the
 * server does not load the Kubernetes client; and the licences of what went into it. Templates and package.json stay files: the sources find them one directory
 * above their own, where the image has them as well.
 */
export async function bundle(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true })
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: ['bin/mcrouter-operator.js'],
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    banner: { js: requireBanner },
    chunkNames: '[name]-[hash]',
    sourcemap: 'linked',
    // Stack traces need positions, not the sources a second time.
    sourcesContent: false,
    // THIRD-PARTY-LICENSES.txt has the whole texts.
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
  })
  const licences = await thirdPartyLicences(ROOT, Object.keys(metafile.inputs))
  await writeFile(join(outdir, 'THIRD-PARTY-LICENSES.txt'), licences)
}

if (import.meta.main) await bundle(process.argv[2] ?? 'dist')
