import { VERSIONS } from '../schemas/versions.ts'
import { type Converted, convertObject, type UnknownVersion } from '../server/conversion/convert-object.ts'
import { answer, readReview } from '../server/conversion/review.ts'
import { conversionReview, storedObject } from '../testing/conversion-review.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'

/** Of the service level that Kubernetes asks of a conversion: apiextensions-apiserver webhook_converter.go, 4 ms an object. */
const BAR_US = 4_000

export const benchmark: Benchmark = {
  title: 'Conversion',
  method: `What \`/convert\` does between the last byte of a review and the first of its answer, without TLS and HTTP: the objects found in
the body, each converted, and the answer put together. The API server sends one object a review; a thousand in one is what it
never sends. CPU time of the process for each object, garbage collection included. The bar is what Kubernetes allows.`,
  run: measure,
}

const ONE = ['v1alpha3', 'v1beta1'] as const

async function measure({ quick }: Bench): Promise<Figure[]> {
  const rounds = quick ? 1 : 15
  const figures: Figure[] = []
  for (const [from, to] of [ONE, ONE.toReversed()] as [string, string][]) {
    for (const [what, objects, times] of [
      ['one object', 1, quick ? 20 : 1_000],
      ['each of 1,000 objects', 1_000, 1],
    ] as const) {
      const body = reviewOf(from, to, objects)
      cpuOf(body, times)
      const samples = Array.from({ length: rounds }, () => cpuOf(body, times) / (times * objects))
      figures.push({ what: `${what} of ${from} in ${to}`, unit: 'µs', samples, bar: BAR_US })
    }
  }
  return figures
}

/** Microseconds of CPU time to answer it so many times. */
function cpuOf(body: Buffer, times: number): number {
  const begin = process.cpuUsage()
  for (let time = 0; time < times; time += 1) {
    const review = readReview(body, VERSIONS)
    if ('message' in review) throw new Error(review.message)
    const converted = review.objects.map((place) => piecesOf(convertObject(body, place, review.to, VERSIONS)))
    if (answer(review, converted).length < body.length / 4) throw new Error('an answer holds every object')
  }
  const { user, system } = process.cpuUsage(begin)
  return user + system
}

function piecesOf(result: Converted | UnknownVersion): readonly Buffer[] {
  if ('message' in result) throw new Error(result.message)
  return result.pieces
}

function reviewOf(from: string, to: string, objects: number): Buffer {
  const [source, target] = [VERSIONS[from], VERSIONS[to]]
  if (source === undefined || target === undefined) throw new Error(`there is no ${from} or ${to}`)
  const size = (index: number) =>
    from === 'v1alpha3'
      ? { pool_setup: 'sharded', memcached_pool_size: 2 + (index % 5) }
      : { memcached: { shards: 2 + (index % 5), copies: 2 } }
  const stored = Array.from({ length: objects }, (_, index) =>
    storedObject(source.apiVersion, source.settled(source.withDefaults(size(index))), {
      name: `cache-${index}`,
    }),
  )
  return Buffer.from(JSON.stringify(conversionReview(target.apiVersion, stored)))
}
