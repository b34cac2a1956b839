import { storedVersion, type Versions, withDefaultImages } from './api-version.ts'
import type { Images } from './images.ts'
import { V1ALPHA3 } from './v1alpha3/version.ts'
import { V1BETA1 } from './v1beta1/version.ts'

/** Every version of the API. To add one: a folder beside v1alpha3, and a line here. */
export const VERSIONS: Versions = {
  v1alpha3: V1ALPHA3,
  v1beta1: V1BETA1,
}

/** The same with these images as the defaults of those that leave that to the operator. */
export function versionsWith(images: Images): Versions {
  const versions = Object.entries(VERSIONS)
  return Object.fromEntries(versions.map(([name, version]) => [name, withDefaultImages(version, images)]))
}

/** The version in which the operator itself reads and writes Mcrouters. */
export const STORED = storedVersion(VERSIONS)
