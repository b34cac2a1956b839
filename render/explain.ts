import { ConfigError } from '../routing/explain/config-error.ts'
import { destinations } from '../routing/explain/destinations.ts'
import { explainer } from '../routing/explain/explain.ts'
import type { Step } from '../routing/explain/step.ts'
import { tell } from '../routing/explain/tell.ts'
import { KIND } from '../schemas/well-known.ts'
import { plainText } from '../text/plain-text.ts'
import { printableJson } from '../text/printable-json.ts'
import { quoteWhole } from '../text/quote.ts'
import type { Accepted } from './expansion.ts'
import type { Question } from './question.ts'
import type { RenderSettings } from './rendering.ts'
import { routingOf } from './routing.ts'

/** Where the routers of one Mcrouter send a request. */
export interface Explained extends Question {
  readonly name: string
  readonly namespace: string
  /** In the order in which they are asked while all of them work and none has the key. */
  readonly servers: readonly string[]
  readonly explanation: Step | Unfollowed
}

/** Routes that only a router can follow, as those in mcrouter's own JSON can be. */
interface Unfollowed {
  readonly kind: 'unfollowed'
  readonly message: string
}

export type ExplanationOutput = 'text' | 'json'

/** What /explain and the command line answer with. The work is bounded by the number of servers, whatever the key. */
export function explain(
  { mcrouter }: Pick<Accepted, 'mcrouter'>,
  question: Question,
  settings: RenderSettings,
): Explained {
  const explanation = follow(routingOf(mcrouter, settings), question)
  const { name, namespace } = mcrouter
  return {
    name,
    namespace,
    ...question,
    servers: explanation.kind === 'unfollowed' ? [] : destinations(explanation),
    explanation,
  }
}

/** mcrouter's own JSON may have what is not followed; what the operator renders never has. */
function follow(config: unknown, { operation, key }: Question): Step | Unfollowed {
  try {
    return explainer(config)(operation, key)
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'unfollowed', message: error.message }
    throw error
  }
}

/** For a person, or for a program; ends with a line break, and has nothing that a terminal would obey. */
export function printExplained(explained: readonly Explained[], output: ExplanationOutput): string {
  return output === 'json' ? `${printableJson(explained, 2)}\n` : explained.map(inWords).join('\n')
}

function linesOf(explanation: Step | Unfollowed): string[] {
  if (explanation.kind !== 'unfollowed') return tell(explanation)
  return [
    `this is not told here: ${plainText(explanation.message)}; a router answers it: get __mcrouter__.route(OPERATION,KEY)`,
  ]
}

function inWords({ name, namespace, operation, key, explanation }: Explained): string {
  const title = `${KIND} ${namespace}/${name}: ${operation} ${quoteWhole(key)}`
  return `${[title, ...linesOf(explanation).map((line) => `  ${line}`)].join('\n')}\n`
}
