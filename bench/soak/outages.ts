/** When a part was down on purpose; times in milliseconds since the start of the soak. */
export interface Outage {
  readonly what: string
  readonly from: number
  /** Infinity while it lasts. */
  readonly until: number
}

/** What piled up meanwhile is worked off within this time. */
const CATCH_UP_MS = 5_000

/** Whether one lasted, or its work was still being made up for, at any time in between. */
export function overlapping(outages: readonly Outage[], from: number, until: number): boolean {
  return outages.some((outage) => outage.from <= until && from <= outage.until + CATCH_UP_MS)
}

/** Those of one soak. */
export class Outages {
  readonly #outages: Outage[] = []

  get all(): readonly Outage[] {
    return this.#outages
  }

  /** @returns what ends it */
  begin(what: string, from: number): (until: number) => void {
    const place = this.#outages.push({ what, from, until: Number.POSITIVE_INFINITY }) - 1
    return (until) => {
      this.#outages[place] = { what, from, until }
    }
  }

  /** See {@link overlapping}. */
  overlap(from: number, until: number): boolean {
    return overlapping(this.#outages, from, until)
  }
}
