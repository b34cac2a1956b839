/**
 * What a template makes of a model: YAML in which a mark stands wherever the template writes a value. Values never become
 * text, so that nothing in one can ever be taken for YAML; and the text depends on the branches of the template alone, so
 * that it has to be parsed once for all Mcrouters that take the same.
 */
export interface TemplateOutput {
  readonly text: string
  /** By the number in their mark. */
  readonly values: readonly unknown[]
}

/** From a private use area: no template has reason to hold it, and to YAML it is a letter like any other. */
const MARK = '\ue000'

/** What stands for the value of this number: one plain scalar. */
export function markOf(number: number): string {
  return `${MARK}${number}`
}

/**
 * The number that a text is the mark of; undefined when it is an ordinary text.
 *
 * @throws when a mark is a part of it: a value in a template is a whole scalar
 */
export function numberOf(text: string): number | undefined {
  const place = text.indexOf(MARK)
  if (place === -1) return undefined
  const digits = text.slice(MARK.length)
  if (place === 0 && /^\d+$/.test(digits)) return Number(digits)
  throw new Error('a value must be a whole YAML scalar, not a part of one')
}
