import type { Versions } from '../schemas/api-version.ts'
import { DEFAULT_IMAGES, type Images } from '../schemas/images.ts'
import { versionsWith as withImages } from '../schemas/versions.ts'
import { judgeOwnConfig } from './judge-own-config.ts'

/**
 * Every version of the API as a process of the operator has it: with the images of its settings, and with the judge of mcrouter's own
 * JSON. Whoever judges objects takes the versions from here (docs/adr/0036-own-json-judged.md).
 */
export function versionsWith(images: Images = DEFAULT_IMAGES): Versions {
  const versions = Object.entries(withImages(images))
  return Object.fromEntries(
    versions.map(([name, version]) => [name, { ...version, checkConfig: judgeOwnConfig }]),
  )
}
