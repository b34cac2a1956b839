import type { Show } from '../render/print.ts'
import { isJsonObject } from '../schemas/json.ts'
import { isDnsLabel } from '../text/label.ts'
import { shown } from './errors/error-handler.ts'
import { MCR_ERR_QUERY } from './errors/errors.ts'

export interface RenderQuery {
  /** Of a Mcrouter that names none. */
  readonly namespace: string
  readonly show: Show
}

const SHOWS: readonly Show[] = ['manifests', 'config']

/** @throws MCR_ERR_QUERY for a parameter that is not known, given twice, or has a value that cannot be */
export function renderQueryOf(query: unknown): RenderQuery {
  const { namespace = 'default', show = 'manifests', ...unknown } = isJsonObject(query) ? query : {}
  for (const name of Object.keys(unknown)) {
    throw new MCR_ERR_QUERY(`unknown parameter ${shown(name)}; use namespace or show`)
  }
  if (typeof namespace !== 'string' || !isDnsLabel(namespace)) {
    throw new MCR_ERR_QUERY('namespace must be given once, as up to 63 lower-case letters, digits and "-"')
  }
  const choice = SHOWS.find((candidate) => candidate === show)
  if (choice === undefined) throw new MCR_ERR_QUERY(`show must be given once, as one of ${SHOWS.join(', ')}`)
  return { namespace, show: choice }
}
