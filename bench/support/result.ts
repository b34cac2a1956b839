import { isJsonObject } from '../../schemas/json.ts'
import type { Figure } from './benchmark.ts'
import type { Machine } from './machine.ts'
import { median } from './statistics.ts'

/** What one benchmark measured, as in results.json. */
export interface Result {
  readonly name: string
  readonly machine: Machine
  readonly figures: readonly Measured[]
}

export interface Measured extends Figure {
  readonly rounds: number
  readonly min: number
  readonly median: number
  /** Whether the median is within the bar; left out where there is none. */
  readonly met?: boolean
}

export function resultOf(name: string, figures: readonly Figure[], machine: Machine): Result {
  return { name, machine, figures: figures.map(measured) }
}

function measured(figure: Figure): Measured {
  const samples = figure.samples.map(rounded)
  const middle = median(samples)
  return {
    ...figure,
    samples,
    rounds: samples.length,
    min: Math.min(...samples),
    median: middle,
    ...(figure.bar === undefined ? {} : { met: middle <= figure.bar }),
  }
}

/** @throws when it is not a list of results */
export function parseResults(json: string): readonly Result[] {
  const results: unknown = JSON.parse(json)
  if (Array.isArray(results) && results.every(isResult)) return results
  throw new Error('bench/results.json needs a list of results, each with name, machine and figures')
}

function isResult(value: unknown): value is Result {
  if (!isJsonObject(value)) return false
  const { name, machine, figures } = value
  return (
    typeof name === 'string' && isJsonObject(machine) && Array.isArray(figures) && figures.every(isFigure)
  )
}

function isFigure(value: unknown): boolean {
  return isJsonObject(value) && typeof value.what === 'string' && typeof value.median === 'number'
}

/** Four digits are more than any of them is good for. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

/** The newest of each benchmark, in order. */
export function merged(
  known: readonly Result[],
  fresh: readonly Result[],
  order: readonly string[],
): readonly Result[] {
  return order.flatMap((name) => {
    const result = fresh.find((one) => one.name === name) ?? known.find((one) => one.name === name)
    return result === undefined ? [] : [result]
  })
}
