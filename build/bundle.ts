import { rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Some dependencies are CommonJS and call require() for Node's own modules; an ES module has none. */
const requireBanner =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);"

/**
 * Bundles the command line into `outdir`: one entry, and a chunk for each command that it imports on demand, so that the
 * server does not load the Kubernetes client. Templates and package.json stay files: the sources find them one directory
 * above their own, where the image has them as well.
 */
export async function bundle(outdir: string): Promise<void> {
  await rm(outdir, { recursive: true, force: true })
  await build({
    absWorkingDir: fileURLToPath(new URL('..', import.meta.url)),
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
    legalComments: 'linked',
    logLevel: 'warning',
  })
}

if (import.meta.main) await bundle(process.argv[2] ?? 'dist')
