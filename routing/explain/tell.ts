import { plainText } from '../../text/plain-text.ts'
import { quote, quoteWhole } from '../../text/quote.ts'
import type { All, Choice, InTurn, Selected, Step } from './step.ts'

/**
 * An explanation for a person, a line for each server, decision and answer; what belongs to a list is indented below it.
 * @returns lines without characters that a terminal would obey
 */
export function tell(step: Step): string[] {
  switch (step.kind) {
    case 'server':
      return [plainText(step.server)]
    case 'hash':
      return [choice(step), ...tell(step.next)]
    case 'policy':
      return [policy(step), ...tell(step.next)]
    case 'failover':
      return listed(inTurn(step), step.steps)
    case 'all':
      return listed(all(step), step.steps)
    case 'any':
      return listed('any of these, whatever the key:', step.steps)
    case 'warm-up':
      return [...listed('the cold servers first:', [step.cold]), ...listed(copied(step.exptime), [step.warm])]
    case 'shadowed':
      return [
        ...tell(step.next),
        ...listed('a copy of the request goes to, and no reply is waited for:', step.shadows),
      ]
    case 'changed':
      return [`${step.change}:`, ...tell(step.next)]
    case 'miss':
      return ['the answer is a miss, and no server is asked']
    case 'error':
      return [`the answer is ${quoteWhole(step.message)}, and no server is asked`]
  }
}

function choice({ among, function: name, hashed, of, index, arithmetic }: Choice): string {
  return `${plainText(among)}: ${name} of ${quote(hashed)} over ${of} is ${index} (${arithmetic})`
}

function policy({ by, name }: Selected): string {
  if (by === 'operation')
    return `by operation: the ${name === undefined ? 'default policy' : `policy for ${name}`}`
  return `by ${by}: the policy for ${name === undefined ? 'all other keys' : quote(name)}`
}

function inTurn({ after, exptime }: InTurn): string {
  const until =
    after === 'error'
      ? 'one after the other until one does not fail'
      : 'one after the other until one has the key'
  const stored = exptime === undefined ? '' : `; what is stored behind the first expires within ${exptime} s`
  return `${until}${stored}:`
}

const ANSWERS: Readonly<Record<All['answer'], string>> = {
  worst: 'the worst reply is the answer',
  fastest: 'the first reply that is no failure is the answer',
  majority: 'the reply that most of them give is the answer',
  initial: 'the reply of the first is the answer, the others are not waited for',
  async: 'none is waited for',
}

function all({ answer }: All): string {
  return `all of these, ${ANSWERS[answer]}:`
}

function copied(exptime: number): string {
  const expiry = exptime > 0 ? `expires after ${exptime} s there` : 'never expires there'
  return `what these miss is asked of the warm servers; what they have is copied to the cold ones, and ${expiry}:`
}

function listed(title: string, steps: readonly Step[]): string[] {
  return [title, ...steps.flatMap(item)]
}

function item(step: Step): string[] {
  return tell(step).map((line, index) => (index === 0 ? `- ${line}` : `  ${line}`))
}
