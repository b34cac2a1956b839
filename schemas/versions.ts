import { storedVersion, type Versions } from './api-version.ts'
import { V1ALPHA3 } from './v1alpha3/version.ts'

/** Every version of the API. To add one: a folder beside v1alpha3, and a line here. */
export const VERSIONS: Versions = {
  v1alpha3: V1ALPHA3,
}

/** The version in which the operator itself reads and writes Mcrouters. */
export const STORED = storedVersion(VERSIONS)
