import { createHash } from 'node:crypto'
import { type Fraction, fraction, fractionText, percentText } from '../../text/fraction.ts'
import { quote } from '../../text/quote.ts'
import { serverText } from '../external-server.ts'
import type { Field, Settings } from '../fields.ts'
import { isJsonObject } from '../json.ts'
import { isExternal, isZoned, type Layout } from '../layout.ts'
import type { Pool } from '../mcrouter.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'
import { lostBetweenLayouts, lostBetweenServers } from './lost-share.ts'
import { hasOwnConfig } from './own-config-changes.ts'
import { poolFieldPath } from './pool-place.ts'
import type { Written } from './rules/rule.ts'
import { isUsed } from './used-layout.ts'
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
 * @param status as it is stored
 */
export function consentViolations(
  before: Settings,
  now: Settings,
  metadata: unknown,
  written: Written,
  status?: unknown,
): Violation[] {
  const changes = now.pools.flatMap((pool, index) => {
    const former = before.pools.find(({ name }) => name === pool.name)
    const change = former === undefined || isUsed(pool, status) ? undefined : renumberingOf(former, pool, now)
    return change === undefined ? [] : { ...change, index }
  })
  if (changes.length === 0) return []
  const given = annotationOf(metadata)
  const entries = entriesOf(metadata)
  if (changes.every(({ change }) => entries.includes(change))) return []
  // Those of other pools may be of changes that are not done yet.
  const others = entries.filter((entry) =>
    now.pools.some(
      (pool) => isConsentTo(entry, pool) && !changes.some(({ index }) => now.pools[index] === pool),
    ),
  )
  const wanted = [...others, ...changes.map(({ change }) => change)]
  const other = given === undefined ? '' : `, which is ${quote(given)}`
  return changes.map(({ index, ...change }) => ({
    path: `spec.${poolFieldPath(change.field, index, now, written)}`,
    reason: 'FieldValueForbidden',
    message: `Forbidden: ${costOf(change)}; if that is meant, set the annotation ${CONSENT_ANNOTATION} in the same change${other}: ${consentText(wanted)}`,
  }))
}

/** Between changes in the annotation; in none of them. */
const BETWEEN = '; '

/** The annotation that consents to changes, as YAML has it. */
export function consentText(changes: readonly string[]): string {
  return `${CONSENT_ANNOTATION}: "${changes.join(BETWEEN)}"`
}

/**
 * Whether somebody has consented that a pool becomes what it is to be. From what they said is of no account: it was the spec before,
 * and routers may still use what was before that. Nor does a change since matter, such as a resize, about which nobody is asked.
 */
export function isConsented(metadata: unknown, before: Pool, now: Pool): boolean {
  return entriesOf(metadata).some((entry) => {
    const target = targetOf(entry, now)
    return target !== undefined && (target === textOf(now) || isUnaskedSince(target, before, now))
  })
}

/** Whether an entry of the annotation consents that a pool becomes what it is to be. */
function isConsentTo(entry: string, now: Pool): boolean {
  return targetOf(entry, now) === textOf(now)
}

/** What a pool is to be by an entry of the annotation; undefined where that is of another. */
function targetOf(entry: string, { name }: Pool): string | undefined {
  return entry.startsWith(`${name}: `) ? CHANGE.exec(entry)?.[1] : undefined
}

/** The part after it says what a pool is to be: neither names nor numbers nor digests have spaces. */
const CHANGE = /^\S+: .+ to (.+)$/
const OWN = /^([1-9]\d{0,3}) shards x ([1-9]\d{0,3}) copies(| in \S+)$/
const EXTERNAL = /^([1-9]\d{0,3}) external servers /

/** Whether a pool that was to be as the words say has come to what it is to be now without a question. */
function isUnaskedSince(words: string, before: Pool, now: Pool): boolean {
  if (!isExternal(now)) {
    const [, shards, copies, where] = OWN.exec(words) ?? []
    if (copies === undefined) return false
    const zones = where ? where.slice(' in '.length).split(',') : []
    const said = { shards: Number(shards), copies: Number(copies), zones }
    return !isAsked(changeOfOwn({ ...now, ...said }, now))
  }
  // Of a list that was longer the digest does not tell its first servers; and one that routers use already was asked about by itself.
  const count = isExternal(before) ? undefined : EXTERNAL.exec(words)?.[1]
  return count !== undefined && words === listText(now.external.slice(0, Number(count)).map(serverText))
}

export function costOf({ lost, detail }: Renumbering): string {
  const what = detail === undefined ? '' : ` (${detail})`
  return `${shareText(lost)} of the keys would be looked for first on a server that does not have them${what}`
}

function entriesOf(metadata: unknown): readonly string[] {
  return annotationOf(metadata)?.split(BETWEEN) ?? []
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
  const change = isExternal(now) ? reorderingOf(before, now) : changeOfOwn(before, now)
  return isAsked(change) ? change : undefined
}

/** Where every key is found there is nothing to be asked about. */
function isAsked(change: Renumbering | undefined): boolean {
  return change !== undefined && change.lost.numerator > 0
}

/** Own servers in place of others', or the other way round. */
function takeoverOf(before: Pool, now: Pool): Renumbering {
  const change = `${now.name}: ${textOf(before)} to ${textOf(now)}`
  return { field: 'pool.external', change, lost: fraction(1, 1) }
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

/** As a consent names what a pool was, and what it is to be. */
function textOf(pool: Pool): string {
  return isExternal(pool) ? listText(pool.external.map(serverText)) : layoutText(pool)
}

/** With a digest, so that the words are those of this list alone. */
function listText(servers: readonly string[]): string {
  const digest = createHash('sha256').update(servers.join('\n')).digest('hex').slice(0, 8)
  return `${servers.length} external servers ${digest}`
}

function changeOfOwn(before: Pool, now: Pool): Renumbering | undefined {
  return isZoned(before) || isZoned(now) ? rezoningOf(before, now) : relayoutOf(before, now)
}

/**
 * With zones, the servers of a copy are others than without, and those in another zone at its place. A zone more at the end, or fewer, moves
 * no key in the others, and a shard those that any resize moves.
 */
function rezoningOf(before: Pool, now: Pool): Renumbering | undefined {
  const change = `${now.name}: ${textOf(before)} to ${textOf(now)}`
  if (isZoned(before) !== isZoned(now)) return { field: 'pool.zones', change, lost: fraction(1, 1) }
  const at = before.zones.findIndex((zone, place) => place < now.zones.length && zone !== now.zones[place])
  if (at < 0) return undefined
  return {
    field: 'pool.zones',
    change,
    detail: `by the routers of zones[${at}], which is ${now.zones[at]} and was ${before.zones[at]}`,
    lost: fraction(1, 1),
  }
}

/** Own servers: ordinal = shard × copies + copy, and only with more than one of each is the copy chosen with a salt. */
function relayoutOf(before: Pool, now: Pool): Renumbering | undefined {
  if (isResized(before, now)) return undefined
  const change = `${now.name}: ${textOf(before)} to ${textOf(now)}`
  return { field: 'pool.copies', change, lost: lostBetweenLayouts(before, now) }
}

/** Whether shards alone were added or taken, or copies of all. */
function isResized(before: Layout, now: Layout): boolean {
  const [was, is] = [before.copies, now.copies]
  const isReplicated = before.shards === 1 && now.shards === 1
  return isReplicated || (was === is && (was === 1 || isSalted(before) === isSalted(now)))
}

function isSalted({ shards, copies }: Layout): boolean {
  return shards > 1 && copies > 1
}

function layoutText({ shards, copies, zones }: Layout & Pick<Pool, 'zones'>): string {
  const where = zones.length === 0 ? '' : ` in ${zones.join(',')}`
  return `${shards} shards x ${copies} copies${where}`
}

function shareText(lost: Fraction): string {
  return lost.denominator === 1 ? percentText(lost) : `${fractionText(lost)} (${percentText(lost)})`
}
