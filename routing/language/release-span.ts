import type { Release } from '../../schemas/mcrouter.ts'

/** Which releases know something; all of them where nothing is said. */
export interface ReleaseSpan {
  /** The first that does. */
  readonly since?: Release
  /** The last that does. */
  readonly until?: Release
}

const IN_ORDER: readonly Release[] = ['37', '40', '41', 'current']

/** Why a release does not know something; undefined when it does. */
export function unknownTo(release: Release, { since, until }: ReleaseSpan): string | undefined {
  const at = IN_ORDER.indexOf(release)
  if (since !== undefined && at < IN_ORDER.indexOf(since)) {
    return `needs release ${since}${since === 'current' ? '' : ' or newer'}, the routers are of release ${release}`
  }
  if (until !== undefined && at > IN_ORDER.indexOf(until)) {
    return `is gone since release ${until}, the routers are of release ${release}`
  }
  return undefined
}
