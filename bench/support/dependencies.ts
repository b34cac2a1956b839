import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject } from '../../schemas/json.ts'
import { ROOT } from '../../testing/operator/launch.ts'

/** Packages that are needed at run time, from package-lock.json. */
export async function productionDependencies(): Promise<{ readonly direct: number; readonly all: number }> {
  const lock: unknown = JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8'))
  const packages = isJsonObject(lock) && isJsonObject(lock.packages) ? Object.entries(lock.packages) : []
  const installed = packages.filter(
    ([path, one]) => path.startsWith('node_modules/') && isJsonObject(one) && one.dev !== true,
  )
  const own = packages.find(([path]) => path === '')?.[1]
  const direct =
    isJsonObject(own) && isJsonObject(own.dependencies) ? Object.keys(own.dependencies).length : 0
  return { direct, all: installed.length }
}
