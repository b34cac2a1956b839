import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject } from '../schemas/json.ts'

const PACKAGES = 'node_modules/'

/**
 * The licences of the packages that a bundle is made of, as they ask to be given on with it.
 * @param root directory that the paths are relative to
 * @param inputs paths of the modules in the bundle
 */
export async function thirdPartyLicences(root: string, inputs: readonly string[]): Promise<string> {
  const folders = [...new Set(inputs.filter((path) => path.includes(PACKAGES)).map(packageOf))]
  const sections = await Promise.all(folders.toSorted().map((folder) => sectionOf(join(root, folder))))
  return `This program contains the following software.\n\n${[...new Set(sections)].join('\n')}`
}

/** `node_modules/a/node_modules/@b/c/lib/d.js` is of `node_modules/a/node_modules/@b/c`. */
function packageOf(path: string): string {
  const start = path.lastIndexOf(PACKAGES) + PACKAGES.length
  const [scope = '', name = ''] = path.slice(start).split('/')
  return path.slice(0, start) + (scope.startsWith('@') ? `${scope}/${name}` : scope)
}

async function sectionOf(folder: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const { name, version, license } = isJsonObject(manifest) ? manifest : {}
  // Apache-2.0 §4(d): a NOTICE file goes with it.
  const files = (await readdir(folder)).filter((file) =>
    /^(licen[cs]e|copying|notice)(\.(md|txt))?$/i.test(file),
  )
  const texts = await Promise.all(files.toSorted().map((file) => readFile(join(folder, file), 'utf8')))
  return [`===== ${name} ${version}: ${license}\n`, ...texts.map((text) => `${text.trim()}\n`)].join('\n')
}
