import { ConfigError } from '../routing/explain/config-error.ts'
import { destinations } from '../routing/explain/destinations.ts'
import { explainer } from '../routing/explain/explain.ts'
import type { Step } from '../routing/explain/step.ts'
import { tell } from '../routing/explain/tell.ts'
import { routePrefix } from '../routing/route-prefix.ts'
import { zonesIn } from '../schemas/layout.ts'
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
  readonly explanation: Step | Unfollowed | NoRouter
}

/** Routes that only a router can follow, as those in mcrouter's own JSON can be. */
interface Unfollowed {
  readonly kind: 'unfollowed'
  readonly message: string
}

/** A Mcrouter has none in the zone that was asked about. */
interface NoRouter {
  readonly kind: 'no-router'
  readonly message: string
}

export type ExplanationOutput = 'text' | 'json'

/** What /explain and the command line answer with. The work is bounded by the number of servers, whatever the key. */
export function explain(
  { mcrouter }: Pick<Accepted, 'mcrouter'>,
  question: Question,
  settings: RenderSettings,
): Explained {
  const { name, namespace, pools } = mcrouter
  const { zone: asked, ...request } = question
  const zones = zonesIn(pools)
  const zone = zones.length === 0 ? undefined : (asked ?? zones[0])
  const place = zone === undefined ? 0 : zones.indexOf(zone)
  const explanation =
    place < 0
      ? {
          kind: 'no-router' as const,
          message: `there are no routers in zone ${zone}, but in ${zones.join(', ')}`,
        }
      : follow(routingOf(mcrouter, settings), request, routePrefix(place))
  return {
    name,
    namespace,
    ...request,
    ...(zone !== undefined && { zone }),
    servers: isStep(explanation) ? destinations(explanation) : [],
    explanation,
  }
}

/** mcrouter's own JSON may have what is not followed; what the operator renders never has. */
function follow(config: unknown, { operation, key }: Question, prefix: string): Step | Unfollowed {
  try {
    return explainer(config, prefix)(operation, key)
  } catch (error) {
    if (error instanceof ConfigError) return { kind: 'unfollowed', message: error.message }
    throw error
  }
}

/** For a person, or for a program; ends with a line break, and has nothing that a terminal would obey. */
export function printExplained(explained: readonly Explained[], output: ExplanationOutput): string {
  return output === 'json' ? `${printableJson(explained, 2)}\n` : explained.map(inWords).join('\n')
}

function isStep(explanation: Explained['explanation']): explanation is Step {
  return explanation.kind !== 'unfollowed' && explanation.kind !== 'no-router'
}

function linesOf(explanation: Explained['explanation']): string[] {
  if (isStep(explanation)) return tell(explanation)
  if (explanation.kind === 'no-router') return [plainText(explanation.message)]
  return [
    `this is not told here: ${plainText(explanation.message)}; a router answers it: get __mcrouter__.route(OPERATION,KEY)`,
  ]
}

function inWords({ name, namespace, operation, key, zone, explanation }: Explained): string {
  const where = zone === undefined ? '' : ` in zone ${plainText(zone)}`
  const title = `${KIND} ${namespace}/${name}: ${operation} ${quoteWhole(key)}${where}`
  return `${[title, ...linesOf(explanation).map((line) => `  ${line}`)].join('\n')}\n`
}
