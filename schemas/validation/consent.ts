import { isDeepStrictEqual } from 'node:util'
import { type Fraction, fractionText, percentText } from '../../text/fraction.ts'
import { quote } from '../../text/quote.ts'
import type { ApiVersion } from '../api-version.ts'
import type { Field, Settings } from '../fields.ts'
import { isJsonObject } from '../json.ts'
import { serversIn } from '../layout.ts'
import type { ExternalServer, Pool } from '../mcrouter.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'
import { lostBetweenLayouts, lostBetweenServers } from './lost-share.ts'
import type { Violation } from './violation.ts'

/** A change after which keys are looked for on servers that do not have them, at once and not only those at the end of a pool. */
interface Renumbering {
  readonly field: Field
  /** The place of the pool in the list. */
  readonly index: number
  /** In words that somebody repeats to consent to it. */
  readonly change: string
  readonly lost: Fraction
}

/**
 * What is refused of an update until somebody has said that it is meant: in the annotation, in the same words.
 * @param metadata of the object as it is to be
 */
export function consentViolations(
  before: Settings,
  now: Settings,
  metadata: unknown,
  { fieldPath }: ApiVersion,
): Violation[] {
  const changes = now.pools.flatMap((pool, index) => {
    const former = before.pools.find(({ name }) => name === pool.name)
    return former === undefined ? [] : (renumberingOf(former, pool, index) ?? [])
  })
  if (changes.length === 0) return []
  const wanted = changes.map(({ change }) => change).join('; ')
  const given = annotationOf(metadata)
  if (given === wanted) return []
  const other = given === undefined ? '' : `, which is ${quote(given)}`
  return changes.map(({ field, index, lost }) => ({
    path: `spec.${fieldPath(field, index)}`,
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${textOf(lost)} of the keys would be looked for on servers none of which has them; if that is meant, set the annotation ${CONSENT_ANNOTATION} in the same change${other}: ${CONSENT_ANNOTATION}: "${wanted}"`,
  }))
}

function annotationOf(metadata: unknown): string | undefined {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  const value = isJsonObject(annotations) ? annotations[CONSENT_ANNOTATION] : undefined
  return typeof value === 'string' ? value : undefined
}

function renumberingOf(before: Pool, now: Pool, index: number): Renumbering | undefined {
  const [was, is] = [before.external, now.external]
  if (was.length === 0 && is.length === 0) return relayoutOf(before, now, index)
  const lost = was.length > 0 && is.length > 0 ? lostBetweenServers(was, is) : ALL
  const at = was.findIndex((server, place) => is[place] !== undefined && !isSame(server, is[place]))
  const isOnlyLonger = was.length > 0 && is.length > 0 && at < 0
  if (isOnlyLonger) return undefined
  const [former, latter] = [was[at], is[at]]
  const change =
    former === undefined || latter === undefined
      ? `${now.name}: ${serversOf(before)} to ${serversOf(now)}`
      : `${now.name}: external[${at}] ${nameOf(former)} to ${nameOf(latter)}`
  return { field: 'pool.external', index, change, lost }
}

const ALL: Fraction = { numerator: 1, denominator: 1 }

/** Own servers: ordinal = shard × copies + copy, and only with more than one of each is the copy chosen with a salt. */
function relayoutOf(before: Pool, now: Pool, index: number): Renumbering | undefined {
  const [was, is] = [before.copies, now.copies]
  const isResized = was === is && (was === 1 || isSalted(before) === isSalted(now))
  const isReplicated = before.shards === 1 && now.shards === 1
  if (isResized || isReplicated) return undefined
  const change = `${now.name}: ${layoutText(before)} to ${layoutText(now)}`
  return { field: 'pool.copies', index, change, lost: lostBetweenLayouts(before, now) }
}

function isSalted({ shards, copies }: Pool): boolean {
  return shards > 1 && copies > 1
}

function layoutText({ shards, copies }: Pool): string {
  return `${shards} shards x ${copies} copies`
}

function serversOf(pool: Pool): string {
  const whose = pool.external.length > 0 ? 'external servers' : 'servers of the operator'
  return `${serversIn(pool)} ${whose}`
}

function isSame({ host, port }: ExternalServer, other: ExternalServer): boolean {
  return isDeepStrictEqual([host, port], [other.host, other.port])
}

function nameOf({ host, port }: ExternalServer): string {
  return `${host}:${port}`
}

function textOf(lost: Fraction): string {
  return lost.denominator === 1 ? percentText(lost) : `${fractionText(lost)} (${percentText(lost)})`
}
