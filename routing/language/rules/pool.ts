import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import type { Place } from '../../../schemas/validation/path.ts'
import { below, type Scope } from '../scope.ts'
import { judgeLength, judgeWeights } from './hash.ts'

/**
 * What a pool has one of for each of its servers, and both bounds of its tracker.
 * @param own what is written of it
 * @param options with those that it inherits
 */
export function judgeCounts(
  own: JsonObject,
  options: JsonObject,
  size: number | undefined,
  place: Place,
  { findings }: Scope,
): void {
  const complain: Parameters<typeof judgeLength>[0]['complain'] = (at, reason, message) => {
    findings.complain(below(place, at), reason, message)
  }
  judgeWeights({ complain }, own.weights, size, ['weights'])
  for (const option of ['tags', 'hostnames', 'failure_domains'])
    judgeLength({ complain }, own[option], size, [option])
  if (size === 0) findings.warn(place, 'a pool without servers answers no request')
  const { connect_timeout: connect, server_timeout: server } = options
  if (typeof connect === 'number' && typeof server === 'number' && connect > server) {
    findings.warn(place, `to connect may take ${connect} ms, longer than an answer, ${server} ms`)
  }
  const { tko_tracker: tracker } = options
  if (!isJsonObject(tracker) || own.tko_tracker === undefined) return
  const missing = ['upper', 'lower'].filter((bound) =>
    ['num', 'percent'].every((unit) => tracker[`${unit}_tko_threshold_${bound}`] === undefined),
  )
  for (const bound of missing) {
    const option = `num_tko_threshold_${bound}`
    complain(
      ['tko_tracker', option],
      'FieldValueRequired',
      `Required value: tko_tracker needs ${option}, or that in percent`,
    )
  }
  for (const unit of ['num', 'percent']) {
    const [lower, upper] = ['lower', 'upper'].map((bound) => tracker[`${unit}_tko_threshold_${bound}`])
    if (typeof lower !== 'number' || typeof upper !== 'number' || lower <= upper) continue
    const message = `Invalid value: ${lower}: must be at most ${unit}_tko_threshold_upper, which is ${upper}`
    complain(['tko_tracker', `${unit}_tko_threshold_lower`], 'FieldValueInvalid', message)
  }
}
