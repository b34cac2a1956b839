import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { sharesOf } from './support/bundle-shares.ts'
import { productionDependencies } from './support/dependencies.ts'
import { bytesIn } from './support/files.ts'

const MIB = 1024 * 1024

export const benchmark: Benchmark = {
  title: 'Size',
  method: `What the image adds to its base (gcr.io/distroless/nodejs24-debian12: a C library, CA certificates and Node, whose
binary is almost all of it): the bundle, the templates and a package.json. The bundle is not minified, to keep stack traces
from a cluster readable. Shares are esbuild's own count of the bytes in its output.`,
  run: measure,
}

async function measure({ application }: Bench): Promise<Figure[]> {
  const { directory, metafile } = await application()
  const { direct, all } = await productionDependencies()
  const shares = sharesOf(metafile)
  const total = shares.reduce((sum, { bytes }) => sum + bytes, 0)
  const stated = (what: string, bytes: number, remark: string): Figure => ({
    what,
    unit: 'MiB',
    samples: [bytes / MIB],
    remark,
  })
  return [
    stated('Node itself', (await stat(process.execPath)).size, 'of the image'),
    stated(
      'all that is ours in the image',
      await bytesIn(directory),
      'bundle, templates, licences, package.json',
    ),
    stated('the bundle', await bytesIn(join(directory, 'dist')), 'server, reconciler and command line'),
    ...shares
      .slice(0, 10)
      .map(({ name, bytes }) => stated(`the bundle: ${name}`, bytes, shareOf(name, bytes, total))),
    { what: 'production dependencies, direct', unit: 'packages', samples: [direct] },
    {
      what: 'production dependencies, all',
      unit: 'packages',
      samples: [all],
      remark: 'the largest part through client-node, which only credential plugins of a kubeconfig need',
    },
  ]
}

/** Why something large is there. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ['undici', 'brought by client-node'],
  ['@kubernetes/client-node', 'a file of its own, loaded for credential plugins of a kubeconfig alone'],
  ['fastify', 'the server'],
  ['ajv', 'validators; Fastify brings it too'],
  ['yaml', 'prints manifests with their comments'],
  ['js-yaml', 'parses templates and what users send, within bounds'],
  ['typebox', 'the schemas'],
  ['fast-json-stringify', "Fastify's serialiser"],
])

function shareOf(name: string, bytes: number, total: number): string {
  const reason = REASONS.get(name)
  return `${Math.round((100 * bytes) / total)} %${reason === undefined ? '' : `: ${reason}`}`
}
