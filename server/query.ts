import type { Show } from '../render/print.ts'
import { keyComplaint, OPERATIONS, type Question, zoneComplaint } from '../render/question.ts'
import { isJsonObject } from '../schemas/json.ts'
import { isDnsLabel } from '../text/label.ts'
import { shown } from './errors/error-handler.ts'
import { MCR_ERR_QUERY } from './errors/errors.ts'

export interface RenderQuery {
  /** Of a Mcrouter that names none. */
  readonly namespace: string
  readonly show: Show
}

export interface ExplainQuery extends Question {
  /** Of a Mcrouter that names none. */
  readonly namespace: string
}

const SHOWS: readonly Show[] = ['manifests', 'config']

/** @throws MCR_ERR_QUERY for a parameter that is not known, given twice, or has a value that cannot be */
export function renderQueryOf(query: unknown): RenderQuery {
  const { namespace, show = 'manifests', ...unknown } = isJsonObject(query) ? query : {}
  refuseUnknown(unknown, 'namespace or show')
  const choice = SHOWS.find((candidate) => candidate === show)
  if (choice === undefined) throw new MCR_ERR_QUERY(`show must be given once, as one of ${SHOWS.join(', ')}`)
  return { namespace: namespaceOf(namespace), show: choice }
}

/**
 * @param url of the request, with what the query is read from
 * @throws MCR_ERR_QUERY for a parameter that is not known, given twice, or has a value that cannot be, and without a key
 */
export function explainQueryOf(query: unknown, url: string): ExplainQuery {
  refuseUnencoded(url)
  const { namespace, key, op = 'get', zone, ...unknown } = isJsonObject(query) ? query : {}
  refuseUnknown(unknown, 'key, op, zone or namespace')
  if (typeof key !== 'string') throw new MCR_ERR_QUERY('key must be given once: /explain?key=user:42')
  const complaint = keyComplaint(key)
  if (complaint !== undefined) throw new MCR_ERR_QUERY(`key ${complaint}${key.includes(' ') ? PLUS : ''}`)
  const operation = OPERATIONS.find((candidate) => candidate === op)
  if (operation === undefined)
    throw new MCR_ERR_QUERY(`op must be given once, as one of ${OPERATIONS.join(', ')}`)
  const given = zone === undefined ? {} : { zone: zoneOf(zone) }
  return { namespace: namespaceOf(namespace), key, operation, ...given }
}

function zoneOf(zone: unknown): string {
  if (typeof zone !== 'string') throw new MCR_ERR_QUERY('zone must be given once')
  const complaint = zoneComplaint(zone)
  if (complaint !== undefined) throw new MCR_ERR_QUERY(`zone ${complaint}`)
  return zone
}

/** A form's encoding, by which queries are read, has + for a space; base64 has it for itself. */
const PLUS = '; in a URL write + as %2B'

/** Fastify takes an escape that is not UTF-8 as it is written, so that another key than the one meant would be explained. */
function refuseUnencoded(url: string): void {
  try {
    decodeURIComponent(url.slice(url.indexOf('?') + 1))
  } catch {
    throw new MCR_ERR_QUERY('the query must be percent-encoded UTF-8; in a URL write % as %25')
  }
}

function refuseUnknown(unknown: object, known: string): void {
  const [name] = Object.keys(unknown)
  if (name !== undefined) throw new MCR_ERR_QUERY(`unknown parameter ${shown(name)}; use ${known}`)
}

function namespaceOf(namespace: unknown = 'default'): string {
  if (typeof namespace === 'string' && isDnsLabel(namespace)) return namespace
  throw new MCR_ERR_QUERY('namespace must be given once, as up to 63 lower-case letters, digits and "-"')
}
