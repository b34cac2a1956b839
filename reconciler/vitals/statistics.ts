import { statisticsIn } from '../../process/statistics.ts'

/** An answer to `stats`, of memcached or mcrouter: lines of `STAT name value`. */
export class Statistics {
  /** The words of each line behind STAT; the last has all that follows. */
  readonly lines: readonly (readonly string[])[]
  readonly #values: ReadonlyMap<string, string>

  constructor(text: string) {
    const lines = text.split('\r\n')
    this.lines = lines
      .filter((line) => line.startsWith('STAT '))
      .map((line) => line.slice('STAT '.length).split(' '))
    this.#values = statisticsIn(lines)
  }

  /** Undefined where it is not there. */
  text(name: string): string | undefined {
    return this.#values.get(name)
  }

  /** 0 where it is not there. */
  number(name: string): number {
    const value = Number(this.#values.get(name))
    return Number.isFinite(value) ? value : 0
  }
}

/** Of a router; release 37 has another name for it (stat_list.h). */
export function clientsOf(statistics: Statistics): number {
  return Math.max(statistics.number('num_client_connections'), statistics.number('num_clients'))
}
