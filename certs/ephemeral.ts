import type { EpochMs } from '../process/clock.ts'
import { issueAuthority, issueServing } from './authority.ts'
import { LOCAL_NAMES } from './names.ts'
import type { ServingFiles } from './serving.ts'

/**
 * A certificate for this machine's own names that lives as long as the process: its CA signs nothing else, since the
 * key of the CA is forgotten here. `now` in milliseconds since 1970.
 */
export async function issueEphemeral(now: EpochMs): Promise<ServingFiles> {
  const authority = await issueAuthority(now)
  const leaf = await issueServing(authority, LOCAL_NAMES, now)
  return { ...leaf, bundle: authority.certificate }
}
