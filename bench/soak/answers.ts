import type { Operation } from './operation.ts'

/** How a request ended. */
export type Ending =
  | 'done'
  | 'refused'
  /** Somebody else was first: it was gone, there already, or changed in between. */
  | 'overtaken'
  | 'webhook not there'
  | 'API server not there'

/** @param status of HTTP; undefined when there was no answer */
export function endingOf(status: number | undefined, text: string): Ending {
  if (status === undefined) return 'API server not there'
  if (status < 300) return 'done'
  if (status === 404 || status === 409) return 'overtaken'
  if (text.includes('failed calling webhook')) return 'webhook not there'
  return status < 500 && status !== 429 ? 'refused' : 'API server not there'
}

/** One line of the count. */
export interface Count {
  readonly kind: Operation['kind']
  readonly ending: Ending
  /** Whether a part was down on purpose meanwhile. */
  readonly inOutage: boolean
  readonly count: number
}

/** Every request that was made, by how it ended. */
export class Answers {
  /** The first of those that should not be, word for word. */
  readonly faults: string[] = []
  readonly #counts = new Map<string, Count>()

  add(kind: Operation['kind'], ending: Ending, inOutage: boolean, said: string): void {
    const id = `${kind} ${ending} ${inOutage}`
    const count = (this.#counts.get(id)?.count ?? 0) + 1
    this.#counts.set(id, { kind, ending, inOutage, count })
    if (isFault(kind, ending, inOutage)) this.faults.push(`${kind}: ${ending}: ${said.slice(0, 600)}`)
  }

  get counts(): readonly Count[] {
    return [...this.#counts.values()]
  }
}

/** Only what is invalid may be refused; only while a part is down may one be missed. */
function isFault(kind: Operation['kind'], ending: Ending, inOutage: boolean): boolean {
  switch (ending) {
    case 'done':
      return kind === 'spoil'
    case 'refused':
      return kind !== 'spoil'
    case 'overtaken':
      return false
    default:
      return !inOutage
  }
}
