import { cp, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Metafile } from 'esbuild'
import { bundle } from '../../build/bundle.ts'
import { ROOT } from '../../testing/operator/launch.ts'
import type { ChildCommand } from '../../testing/process/children.ts'

/** The operator with the files, the command line and the environment that it has in the image. */
export interface Application {
  readonly directory: string
  /** What went into each file of the bundle. */
  readonly metafile: Metafile
  /** Whatever an image's own Node would be started with, but with the Node that runs this. */
  command(args: readonly string[]): ChildCommand
}

/** Makes in `directory` what the Dockerfile puts into /app. */
export async function buildApplication(directory: string): Promise<Application> {
  const metafile = await bundle(join(directory, 'dist'))
  for (const part of ['package.json', 'charts/mcrouter']) {
    await cp(join(ROOT, part), join(directory, part), { recursive: true })
  }
  const dockerfile = await readFile(join(ROOT, 'Dockerfile'), 'utf8')
  const flags = entrypointOf(dockerfile).map((word) => word.replace(/^\/app\//, `${directory}/`))
  const environment = environmentOf(dockerfile)
  return {
    directory,
    metafile,
    command: (args) => ({
      file: process.execPath,
      args: [...flags, ...args],
      env: { ...process.env, ...environment },
      cwd: directory,
    }),
  }
}

/** What follows Node in the ENTRYPOINT. */
function entrypointOf(dockerfile: string): string[] {
  const [, json = ''] = /^ENTRYPOINT (\[.*\])$/m.exec(dockerfile) ?? []
  const words: unknown = JSON.parse(json)
  if (!Array.isArray(words)) throw new Error('the Dockerfile has no ENTRYPOINT in its JSON form')
  return words.slice(1).map(String)
}

/** What ENV sets in the stage that becomes the image. */
function environmentOf(dockerfile: string): Record<string, string> {
  const image = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
  const lines = image.split('\n').filter((line) => line.startsWith('ENV '))
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^ENV (\w+)=([\w./-]+)$/.exec(line) ?? []
      if (name === undefined || value === undefined) throw new Error(`write one plain NAME=VALUE: ${line}`)
      return [name, value]
    }),
  )
}
