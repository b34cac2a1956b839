import { type ApiVersion, storedVersion, type Versions, versionOf } from '../api-version.ts'
import { isJsonObject, type JsonObject } from '../json.ts'

/** The version that an object says it is of, or else the one with the most of its fields: what is said of it should be in its words. */
export function likelyVersion({ apiVersion, spec }: JsonObject, versions: Versions): ApiVersion {
  const said = versionOf(apiVersion, versions)
  if (said !== undefined) return said
  const names = isJsonObject(spec) ? Object.keys(spec) : []
  const known = ({ writtenSchema: { properties = {} } }: ApiVersion) =>
    names.filter((name) => Object.hasOwn(properties, name)).length
  return Object.values(versions).reduce(
    (best, version) => (known(version) > known(best) ? version : best),
    storedVersion(versions),
  )
}
