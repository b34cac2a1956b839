import fc from 'fast-check'
import t from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import { effort, SEED } from '../../testing/effort.ts'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'
import { hostileString, hostileValue } from '../support/arbitrary/hostile.ts'
import { serverWith } from '../support/server.ts'

/** A review that is right but for some members, at whatever depth. */
function spoiltReview(): fc.Arbitrary<JsonObject> {
  const changes = fc.array(fc.tuple(fc.nat(), hostileString(), hostileValue()), {
    minLength: 1,
    maxLength: 4,
  })
  return changes.map((all) => {
    const review: JsonObject = JSON.parse(
      JSON.stringify(reviewOf(mcrouterObject(), mcrouterObject({ mcrouter_replicas: 3 }))),
    )
    for (const change of all) spoil(review, ...change)
    return review
  })
}

/** Replaces one of all members, or adds one beside it. */
function spoil(root: object, choice: number, key: string, value: unknown): void {
  const members = membersOf(root)
  const [parent, name] = members[choice % members.length] ?? [root, key]
  Object.defineProperty(parent, choice % 3 === 0 ? key : name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function membersOf(value: object): [object, string][] {
  return Object.entries(value).flatMap(([name, inner]) => [
    [value, name],
    ...(typeof inner === 'object' && inner !== null ? membersOf(inner) : []),
  ])
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
        if (
          answer.statusCode === 200 &&
          /mutate|validate/.test(url) &&
          answer.json().response.status?.code >= 500
        ) {
          throw new Error(answer.body)
        }
      },
    )
    await fc.assert(property, effort(5_000))
    t.same(logged, [])
  },
)
