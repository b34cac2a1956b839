import type { AnswerLimits } from '../answers.ts'
import type { Exposition } from '../exposition/exposition.ts'
import type { Family } from '../exposition/family.ts'
import type { Target } from '../targets/target.ts'

/** How the pods of a tier are asked, and what is told of their answers. */
export interface Module {
  /** 1 when the pod answered as it should, else 0. */
  readonly up: Family
  /** Written at once, each on a line. */
  readonly requests: readonly string[]
  readonly limits: AnswerLimits
  /**
   * Adds what the answers say, in the order of the requests. Everything in them may be a lie, or malformed.
   * @returns whether they are those of such a pod
   * @throws OversizeError when they say more than is exported
   */
  expose(answers: readonly (readonly string[])[], exposition: Exposition, target: Target): boolean
}
