import { createHash } from 'node:crypto'
import { type Fraction, fraction, fractionText, percentText } from '../../text/fraction.ts'
import { quote } from '../../text/quote.ts'
import { serverText } from '../external-server.ts'
import type { Field, Settings } from '../fields.ts'
import { isJsonObject } from '../json.ts'
import { isExternal } from '../layout.ts'
import type { Pool } from '../mcrouter.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'
import { lostBetweenLayouts, lostBetweenServers } from './lost-share.ts'
import { hasOwnConfig } from './own-config-changes.ts'
import { poolFieldPath } from './pool-place.ts'
import type { Written } from './rules/rule.ts'
import type { Violation } from './violation.ts'

/** A change after which keys are looked for on servers that do not have them, at once and not only those at the end of a pool. */
export interface Renumbering {
  readonly field: Field
  /** In words that somebody repeats to consent to it. */
  readonly change: string
  /** What else there is to say of it. */
  readonly detail?: string
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
  written: Written,
): Violation[] {
  const changes = now.pools.flatMap((pool, index) => {
    const former = before.pools.find(({ name }) => name === pool.name)
    const change = former === undefined ? undefined : renumberingOf(former, pool, now)
    return change === undefined ? [] : { ...change, index }
  })
  if (changes.length === 0) return []
  const wanted = changes.map(({ change }) => change).join(BETWEEN)
  const given = annotationOf(metadata)
  if (given === wanted) return []
  const other = given === undefined ? '' : `, which is ${quote(given)}`
  return changes.map(({ index, ...change }) => ({
    path: `spec.${poolFieldPath(change.field, index, now, written)}`,
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${costOf(change)}; if that is meant, set the annotation ${CONSENT_ANNOTATION} in the same change${other}: ${consentText([wanted])}`,
  }))
}

/** Between changes in the annotation; in none of them. */
const BETWEEN = '; '

/** The annotation that consents to changes, as YAML has it. */
export function consentText(changes: readonly string[]): string {
  return `${CONSENT_ANNOTATION}: "${changes.join(BETWEEN)}"`
}

/** Whether somebody has consented to a change, be it beside others that are done already. */
export function isConsented(metadata: unknown, change: string): boolean {
  return annotationOf(metadata)?.split(BETWEEN).includes(change) === true
}

export function costOf({ lost, detail }: Renumbering): string {
  const what = detail === undefined ? '' : ` (${detail})`
  return `${textOf(lost)} of the keys would be looked for first on a server that does not have them${what}`
}

function annotationOf(metadata: unknown): string | undefined {
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  const value = isJsonObject(annotations) ? annotations[CONSENT_ANNOTATION] : undefined
  return typeof value === 'string' ? value : undefined
}

/**
 * What a change of a pool would lose; undefined where it leaves every key where a get asks for it first, or moves it by a resize. With
 * mcrouter's own JSON it is not known who has a key, nor which share of them moves: there is a warning (own-config-changes.ts).
 * @param settings those of which it is a pool
 */
export function renumberingOf(
  before: Pool,
  now: Pool,
  settings: Pick<Settings, 'config'>,
): Renumbering | undefined {
  if (isExternal(before) !== isExternal(now)) return takeoverOf(before, now)
  if (hasOwnConfig(settings)) return undefined
  const change = isExternal(now) ? reorderingOf(before, now) : relayoutOf(before, now)
  return change?.lost.numerator === 0 ? undefined : change
}

/** Own servers in place of others', or the other way round. */
function takeoverOf(before: Pool, now: Pool): Renumbering {
  const [was, is] = [before, now].map((pool) =>
    isExternal(pool) ? listText(pool.external.map(serverText)) : layoutText(pool),
  )
  return { field: 'pool.external', change: `${now.name}: ${was} to ${is}`, lost: fraction(1, 1) }
}

/** Of servers that others run: appended ones, and fewer at the end, are looked for as after any resize. */
function reorderingOf({ external: was }: Pool, { name, external: is }: Pool): Renumbering | undefined {
  const [former, latter] = [was.map(serverText), is.map(serverText)]
  const at = former.findIndex((server, place) => place < latter.length && server !== latter[place])
  if (at < 0) return undefined
  return {
    field: 'pool.external',
    change: `${name}: ${listText(former)} to ${listText(latter)}`,
    detail: `external[${at}] is ${latter[at]} and was ${former[at]}`,
    lost: lostBetweenServers(was, is),
  }
}

/** With a digest, so that the words are those of this list alone. */
function listText(servers: readonly string[]): string {
  const digest = createHash('sha256').update(servers.join('\n')).digest('hex').slice(0, 8)
  return `${servers.length} external servers ${digest}`
}

/** Own servers: ordinal = shard × copies + copy, and only with more than one of each is the copy chosen with a salt. */
function relayoutOf(before: Pool, now: Pool): Renumbering | undefined {
  const [was, is] = [before.copies, now.copies]
  const isResized = was === is && (was === 1 || isSalted(before) === isSalted(now))
  const isReplicated = before.shards === 1 && now.shards === 1
  if (isResized || isReplicated) return undefined
  const change = `${now.name}: ${layoutText(before)} to ${layoutText(now)}`
  return { field: 'pool.copies', change, lost: lostBetweenLayouts(before, now) }
}

function isSalted({ shards, copies }: Pool): boolean {
  return shards > 1 && copies > 1
}

function layoutText({ shards, copies }: Pool): string {
  return `${shards} shards x ${copies} copies`
}

function textOf(lost: Fraction): string {
  return lost.denominator === 1 ? percentText(lost) : `${fractionText(lost)} (${percentText(lost)})`
}
