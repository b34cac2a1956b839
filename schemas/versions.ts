import { storedVersion, type Versions } from './api-version.ts'
import { DEFAULT_IMAGES, type Images } from './images.ts'
import { V1ALPHA3 } from './v1alpha3/version.ts'

/**
 * Every version of the API. To add one: a folder beside v1alpha3, and a line here.
 * @param images of the operator's settings: what objects get that name none, from v1beta1 on
 */
export function versionsWith(_images: Images): Versions {
  return { v1alpha3: V1ALPHA3 }
}

/** Of an operator that is not told otherwise. */
export const VERSIONS = versionsWith(DEFAULT_IMAGES)

/** The version in which the operator itself reads and writes Mcrouters. */
export const STORED = storedVersion(VERSIONS)
