import { SHARED, TREES } from '../formats/fifo-root.ts'
import type { CelRule } from '../generate/structural.ts'

/** Of the directory of mcpiper's fifos. */
export function fifoRootRule(at: string): CelRule {
  return {
    at,
    rule: [
      `self == '' || (!self.endsWith('/') && !self.contains('//')`,
      `!(self + '/').contains('/./') && !(self + '/').contains('/../')`,
      `!self.matches('^(${TREES.join('|')})(/|$)') && !(self in [${SHARED.map((path) => `'${path}'`).join(', ')}]))`,
    ].join(' && '),
    message: 'must be empty or an absolute, clean path of its own, outside the directories of the image',
  }
}
