import { nearest } from '../../text/nearest.ts'
import { quote } from '../../text/quote.ts'
import type { Value } from './option.ts'

const INTEGER = /^(0|[1-9][0-9]{0,15})$/
const DIGITS = /^[0-9]{1,9}$/
/** mcrouter/RoutingPrefix.cpp: /region/cluster/, both there. */
const ROUTING_PREFIX = /^[/][A-Za-z0-9._-]+[/][A-Za-z0-9._-]+[/]$/
const LONGEST_PREFIX = 200

/**
 * Why a value is none of these, as half a sentence; undefined when it is one. Neither program would say so: memcached takes
 * atoi() of anything, mcrouter logs a value that it cannot read and goes on with its default.
 */
export function valueComplaint(text: string | undefined, takes: Value): string | undefined {
  if (takes.type === 'nothing') return text === undefined ? undefined : 'takes no value'
  if (text === undefined) return 'optional' in takes ? undefined : `needs a value: ${allowed(takes)}`
  return isOne(text, takes) ? undefined : `must be ${allowed(takes)}${meant(text, takes)}`
}

function isOne(text: string, takes: Value): boolean {
  switch (takes.type) {
    case 'nothing':
      return false
    case 'integer':
      return INTEGER.test(text) && (isWithin(Number(text), takes) || (takes.orZero === true && text === '0'))
    case 'decimal':
      return isDecimal(text) && isWithin(Number(text), takes)
    case 'word':
      return takes.words.includes(text)
    case 'routingPrefix':
      return text.length <= LONGEST_PREFIX && ROUTING_PREFIX.test(text)
  }
}

function isDecimal(text: string): boolean {
  const [whole = '', fraction = '0', ...more] = text.split('.')
  return DIGITS.test(whole) && DIGITS.test(fraction) && more.length === 0
}

function isWithin(value: number, { least, most }: { least: number; most: number }): boolean {
  return value >= least && value <= most
}

function allowed(takes: Value): string {
  switch (takes.type) {
    case 'nothing':
      return 'nothing'
    case 'integer':
      return `${takes.orZero ? '0, or ' : ''}a whole number from ${takes.least} to ${takes.most}`
    case 'decimal':
      return `a number from ${takes.least} to ${takes.most}`
    case 'word':
      return `one of ${takes.words.join(', ')}`
    case 'routingPrefix':
      return 'a routing prefix such as /region/cluster/'
  }
}

function meant(text: string, takes: Value): string {
  const near = takes.type === 'word' ? nearest(text, takes.words) : undefined
  return near === undefined ? '' : `; did you mean ${quote(near)}?`
}
