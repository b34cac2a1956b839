/** An option of a program that people may set, or why they may not. */
export type Option = Settable | Managed | Refused

export interface Settable {
  readonly takes: Value
}

/** One that has a field of the spec. */
export interface Managed {
  readonly field: Setting
  readonly argument: true
}

export interface Refused {
  /** Why, as the end of a sentence that begins with the option's name: `runs it as another user`. */
  readonly refused: string
  readonly argument: boolean
}

/** Settings of a pool, or of the routers, that programs have options for; the caller knows which fields those are. */
export type Setting =
  | 'port'
  | 'memory'
  | 'maxItemSize'
  | 'maxConnections'
  | 'threads'
  | 'serverTimeout'
  | 'untilDown'
  | 'debugFifoRoot'
  | 'config'

export type Value =
  | { readonly type: 'nothing' }
  | {
      readonly type: 'integer'
      readonly least: number
      readonly most: number
      /** Zero as well, which turns something off. */
      readonly orZero?: true
      /** It may stand without a value. */
      readonly optional?: true
    }
  | { readonly type: 'decimal'; readonly least: number; readonly most: number }
  | { readonly type: 'word'; readonly words: readonly string[] }
  | { readonly type: 'routingPrefix' }

export const NOTHING: Settable = { takes: { type: 'nothing' } }

export function integer(least: number, most: number): Settable {
  return { takes: { type: 'integer', least, most } }
}

export function decimal(least: number, most: number): Settable {
  return { takes: { type: 'decimal', least, most } }
}

export function word(...words: readonly string[]): Settable {
  return { takes: { type: 'word', words } }
}

export function managed(field: Setting): Managed {
  return { field, argument: true }
}

export function refused(reason: string): Refused {
  return { refused: reason, argument: false }
}

/** Of an option that has a value. */
export function refusedWithValue(reason: string): Refused {
  return { refused: reason, argument: true }
}

/** Whether what follows the option is its value. */
export function takesValue(option: Option): boolean {
  if ('argument' in option) return option.argument
  const { takes } = option
  return takes.type !== 'nothing' && !('optional' in takes && takes.optional === true)
}

/** What is wrong with one item of a list of arguments. */
export interface Complaint {
  /** Its place in the list. */
  readonly index: number
  /** Of a value that is none, an option that is not known, one that may not be set, or one that is there twice. */
  readonly kind: 'invalid' | 'unknown' | 'forbidden' | 'duplicate'
  /** What the complaint is about, as it was written. */
  readonly written: string
  /** Half a sentence: what is allowed, or what to do instead. */
  readonly words: string
}
