import type { Release } from '../../schemas/mcrouter.ts'
import { type Place, pathOf } from '../../schemas/validation/path.ts'
import type { Violation, ViolationReason, Warning } from '../../schemas/validation/violation.ts'
import type { Handles, Pool } from './route.ts'

/** What the checks of a value know of where they are, and whom they tell. */
export interface Scope {
  readonly release: Release
  readonly findings: Findings
  /** The handles that are written here; undefined for what cannot be read. */
  handles(value: unknown, place: Place): Handles | undefined
  /** The pool that is named here, or written. */
  pool(value: unknown, place: Place): Pool | undefined
}

/** More than a reader is told. */
const TOLD = 100
/** The API server cuts what is longer. */
const LONGEST_WARNING = 256

export class Findings {
  readonly #violations = new Map<string, Violation>()
  readonly #warnings = new Set<Warning>()
  #untold = 0

  /** Of violations. */
  get count(): number {
    return this.#violations.size + this.#untold
  }

  /** @param message made only if it is told: to look for the nearest of many names takes time */
  complain(place: Place, reason: ViolationReason, message: string | (() => string)): void {
    if (this.#violations.size >= TOLD) this.#untold += 1
    else this.add({ path: pathOf(place), reason, message: typeof message === 'string' ? message : message() })
  }

  add(violation: Violation): void {
    if (this.#violations.size >= TOLD) this.#untold += 1
    else this.#violations.set(`${violation.path} ${violation.message}`, violation)
  }

  warn(place: Place, message: string): void {
    if (this.#warnings.size < TOLD)
      this.#warnings.add(`${pathOf(place)}: ${message}`.slice(0, LONGEST_WARNING))
  }

  violations(config: Place): Violation[] {
    const told = [...this.#violations.values()]
    if (this.#untold === 0) return told
    const message = `Forbidden: ${this.#untold} more of them, which are not listed`
    return [...told, { path: pathOf(config), reason: 'FieldValueForbidden', message }]
  }

  warnings(): Warning[] {
    return [...this.#warnings]
  }
}

/** A place below another. */
export function below(place: Place, at: readonly (string | number)[]): Place {
  return at.reduce<Place>((within, key) => ({ within, key }), place)
}
