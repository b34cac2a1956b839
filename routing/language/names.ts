import { quote } from '../../text/quote.ts'
import { POOL } from '../pool.ts'
import { isPreprocessorCall } from './literal-text.ts'
import { routeHandleType } from './route-handles.ts'

const NAME = /^[A-Za-z0-9._-]{1,200}$/
const OPERATORS = new RegExp(`^${POOL}([.-]|$)`)

/** Why a pool or handle cannot have this name; undefined when it can. */
export function nameComplaint(name: string): string | undefined {
  if (!NAME.test(name)) return 'must have letters, digits, dots, dashes and underscores alone, 200 at most'
  if (routeHandleType(name) !== undefined || name === 'PrefixSelectorRoute') {
    return `${quote(name)} is a type of route handle: must be another name`
  }
  return isPreprocessorCall(name) ? `${quote(name)} is a macro of mcrouter: must be another name` : undefined
}

/** Why a pool cannot have this name beside the operator's. */
export function reservedComplaint(name: string): string | undefined {
  return OPERATORS.test(name) ? `the operator's own pools have names that begin with ${POOL}` : undefined
}
