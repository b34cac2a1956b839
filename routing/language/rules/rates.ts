import { isJsonObject } from '../../../schemas/json.ts'
import type { Written } from '../route-handle-type.ts'

/** A burst is how far a rate may be exceeded for a moment: mcrouter looks at none without its rate (routes/RateLimiter.cpp:48-70). */
export function ratesRule({ options: { rates }, complain }: Written): void {
  if (!isJsonObject(rates)) return
  for (const operations of ['gets', 'sets', 'deletes']) {
    const rate = `${operations}_rate`
    if (rates[`${operations}_burst`] === undefined || rates[rate] !== undefined) continue
    complain(
      ['rates', rate],
      'FieldValueRequired',
      `Required value: ${operations}_burst has no effect without it`,
    )
  }
}
