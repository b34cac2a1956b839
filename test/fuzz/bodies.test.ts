import fc from 'fast-check'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import { conversionReview } from '../../testing/conversion-review.ts'
import { effort, SEED } from '../../testing/effort.ts'
import { mcrouterObject, reviewIn, reviewOf } from '../../testing/review.ts'
import { hostileString, hostileValue } from '../support/arbitrary/hostile.ts'
import { validMcrouter } from '../support/arbitrary/mcrouter.ts'
import { likelyMcrouter } from '../support/arbitrary/newer-mcrouter.ts'
import { spoilt } from '../support/arbitrary/spoilt.ts'
import { serverWith } from '../support/server.ts'

/** A review that is right but for some members, at whatever depth. */
function spoiltReview(): fc.Arbitrary<JsonObject> {
  const newer = fc.tuple(likelyMcrouter(), likelyMcrouter())
  const review = fc.oneof(
    fc.constant(reviewOf(mcrouterObject(), mcrouterObject({ mcrouter_replicas: 3 }))),
    newer.map(([object, stored]) => reviewIn(V1BETA1, object, stored)),
    conversion(),
  )
  return spoilt(review, 4)
}

function conversion(): fc.Arbitrary<JsonObject> {
  const objects = fc.array(fc.oneof(validMcrouter(), likelyMcrouter()), { maxLength: 3 })
  return fc
    .tuple(fc.constantFrom(...Object.values(VERSIONS)), objects)
    .map(([{ apiVersion }, all]) => conversionReview(apiVersion, all))
}

function body(): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.oneof(fc.json(), hostileString()).map((text) => Buffer.from(text)),
    fc.oneof(hostileValue(), spoiltReview()).map((value) => Buffer.from(JSON.stringify(value))),
    fc.tuple(spoiltReview(), fc.nat()).map(([review, at]) => cut(Buffer.from(JSON.stringify(review)), at)),
  )
}

/** With a byte missing somewhere, or all from there on. */
function cut(text: Buffer, at: number): Buffer {
  const place = at % text.length
  return at % 2 === 0
    ? text.subarray(0, place)
    : Buffer.concat([text.subarray(0, place), text.subarray(place + 1)])
}

function judgedIn({
  response,
}: {
  readonly response: { readonly status?: { readonly code: number } }
}): void {
  if (response.status !== undefined && response.status.code >= 500) throw new Error(JSON.stringify(response))
}

/** Whether there are as many as there were, whatever they are: an object fewer makes every LIST fail. */
function isConverted({ response }: { readonly response: JsonObject }, payload: string): boolean {
  const { uid, result, convertedObjects } = response
  if (typeof uid !== 'string' || !isJsonObject(result)) throw new Error(JSON.stringify(response))
  if (result.status === 'Failure' && typeof result.message === 'string') return false
  const { request } = JSON.parse(payload)
  if (Array.isArray(convertedObjects) && convertedObjects.length === request.objects.length) return true
  throw new Error(JSON.stringify(response))
}

/** Of the server about itself, and not of what was sent. */
function isComplaint(line: string): boolean {
  const { msg } = JSON.parse(line)
  return msg !== 'refused to convert' && msg !== 'an object was not converted'
}

t.setTimeout(1_200_000)
t.comment(`FUZZ_SEED=${SEED}`)

t.test(
  'no body on any path is the server’s fault, and each is answered in the form of its path',
  async (t) => {
    const { app, logged } = serverWith()
    t.teardown(() => app.close())
    const url = fc.constantFrom(
      '/mutate',
      '/validate',
      '/convert',
      '/render',
      '/render?show=config',
      '/explain?key=a',
      '/healthz',
      '/nowhere',
    )
    const method = fc.constantFrom('POST', 'POST', 'POST', 'PUT', 'DELETE')
    const type = fc.constantFrom('application/json', 'application/yaml', 'image/png', 'a/b; c', '', undefined)
    const accept = fc.constantFrom('application/json', '*/*', 'nonsense;;,')
    const property = fc.asyncProperty(
      url,
      method,
      type,
      accept,
      body(),
      async (url, method, type, accept, payload) => {
        const headers = { accept, ...(type !== undefined && { 'content-type': type }) }
        const answer = await app.inject({ method, url, headers, payload })
        if (answer.statusCode >= 500) throw new Error(`HTTP ${answer.statusCode}: ${answer.body}`)
        const form = `${answer.headers['content-type']}`.split(';', 1).join()
        if (answer.statusCode >= 400 && form !== 'application/problem+json')
          throw new Error(`${form}: ${answer.body}`)
        if (answer.statusCode === 200 && /mutate|validate/.test(url)) judgedIn(answer.json())
      },
    )
    await fc.assert(property, effort(5_000))
    t.same(logged.filter(isComplaint), [])
  },
)

t.test('whatever is in a review of objects to convert, all of them are answered or none', async (t) => {
  const { app, logged } = serverWith()
  t.teardown(() => app.close())
  let conversions = 0
  const headers = { 'content-type': 'application/json' }
  const property = fc.asyncProperty(spoilt(conversion(), 4), async (review) => {
    const payload = JSON.stringify(review)
    const answer = await app.inject({ method: 'POST', url: '/convert', headers, payload })
    if (answer.statusCode === 400) return
    if (answer.statusCode !== 200) throw new Error(`HTTP ${answer.statusCode}: ${answer.body}`)
    if (isConverted(answer.json(), payload)) conversions += 1
  })
  await fc.assert(property, effort(1_000))
  t.ok(conversions > 0, `${conversions} were converted`)
  t.same(logged.filter(isComplaint), [])
})
