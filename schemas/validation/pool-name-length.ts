import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import type { Settings } from '../fields.ts'
import { LONGEST_NAME } from '../identity.ts'
import type { Violation } from './violation.ts'

/**
 * A pool's name comes behind that of its Mcrouter in the label controller-revision-hash of its pods, with a dash between them:
 * together they may be as long as the name of a Mcrouter.
 */
export function longPoolNames(name: string, { pools }: Settings, { fieldPath }: ApiVersion): Violation[] {
  return pools.flatMap((pool, index): Violation[] => {
    const longest = LONGEST_NAME - name.length - 1
    if (index === 0 || pool.external.length > 0 || pool.name.length <= longest) return []
    const must =
      longest > 0
        ? `must have at most ${longest} characters with a Mcrouter called ${quote(name)}, has ${pool.name.length}`
        : `a Mcrouter with further pools must have a shorter name than ${quote(name)}: both are in the names of its pods`
    const message = `Invalid value: ${quote(pool.name)}: ${must}`
    return [{ path: `spec.${fieldPath('pool.name', index)}`, reason: 'FieldValueInvalid', message }]
  })
}
