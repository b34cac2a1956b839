import { destinations } from '../routing/explain/destinations.ts'
import { explainer } from '../routing/explain/explain.ts'
import type { Step } from '../routing/explain/step.ts'
import { tell } from '../routing/explain/tell.ts'
import { KIND } from '../schemas/well-known.ts'
import { printableJson } from '../text/printable-json.ts'
import { quoteWhole } from '../text/quote.ts'
import type { Accepted } from './expansion.ts'
import { routingOf } from './model.ts'
import type { Question } from './question.ts'
import type { RenderSettings } from './rendering.ts'

/** Where the routers of one Mcrouter send a request. */
export interface Explained extends Question {
  readonly name: string
  readonly namespace: string
  /** In the order in which they are asked while all of them work and none has the key. */
  readonly servers: readonly string[]
  readonly explanation: Step
}

export type ExplanationOutput = 'text' | 'json'

/** What /explain and the command line answer with. The work is bounded by the number of servers, whatever the key. */
export function explain(
  { mcrouter }: Pick<Accepted, 'mcrouter'>,
  question: Question,
  settings: RenderSettings,
): Explained {
  const explanation = explainer(routingOf(mcrouter, settings))(question.operation, question.key)
  const { name, namespace } = mcrouter
  return { name, namespace, ...question, servers: destinations(explanation), explanation }
}

/** For a person, or for a program; ends with a line break, and has nothing that a terminal would obey. */
export function printExplained(explained: readonly Explained[], output: ExplanationOutput): string {
  return output === 'json' ? `${printableJson(explained, 2)}\n` : explained.map(inWords).join('\n')
}

function inWords({ name, namespace, operation, key, explanation }: Explained): string {
  const title = `${KIND} ${namespace}/${name}: ${operation} ${quoteWhole(key)}`
  return `${[title, ...tell(explanation).map((line) => `  ${line}`)].join('\n')}\n`
}
