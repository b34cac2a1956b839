import type { Test } from 'tap'
import { destinations } from '../../../routing/explain/destinations.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { CONSENT_ANNOTATION } from '../../../schemas/well-known.ts'
import { figure, percent } from '../support/figures.ts'
import type { Example } from '../support/topologies.ts'
import { holdersOf, keysWith, object, type Stage } from './stage.ts'

/** So many that a share of them is within two in a hundred of what it is of all keys, but once in thousands of runs. */
const MANY = 4000
const NEAR = 0.03

/** Copies and shards of a pool that has both: refused, consented to, grown, and as many keys lost as was said. */
export async function changedByConsent(t: Test, stage: Stage): Promise<void> {
  const example = stage.the('shards-of-replicas')
  const memcached = object(example.spec.memcached)
  t.match(memcached, { shards: 2, copies: 2 })
  const copy = { memcached: { ...memcached, copies: 3 } }
  const said = await example.refusal(copy)
  const consent = /: mcrouter\.example\.com\/consent: "([^"]+)"/.exec(said)?.[1] ?? ''
  const [, part = '', whole = ''] = /(\d+)\/(\d+) \(/.exec(said) ?? []
  t.not(consent, '', said)
  for (const other of ['true', `${consent} `, consent.toUpperCase()])
    t.ok((await example.refusal(copy, { [CONSENT_ANNOTATION]: other })).includes(`"${consent}"`), other)
  const byCopy = await lostBy(stage, example, copy, { [CONSENT_ANNOTATION]: consent })
  t.strictSame(byCopy.missed, byCopy.foreseen, 'what is explained is lost, and nothing else')
  figure(t, `keys missed after ${consent} (said: ${part}/${whole})`, percent(byCopy.missed.length, MANY))
  t.ok(Math.abs(byCopy.missed.length / MANY - Number(part) / Number(whole)) < NEAR, 'as many as was said')
  // About another shard nobody is asked.
  const byShard = await lostBy(stage, example, { memcached: { ...memcached, copies: 3, shards: 3 } })
  t.strictSame(byShard.missed, byShard.foreseen)
  t.ok(Math.abs(byShard.missed.length / MANY - 1 / 3) < NEAR, 'the share of the new one')
}

/** Which of many keys are missed after a change, and which should be: those that are asked of a server that did not have them. */
async function lostBy({ client }: Stage, example: Example, change: JsonObject, annotations: JsonObject = {}) {
  const prefix = `consent-${Object.values(annotations).length}`
  const set = { target: example.target, prefix, count: MANY }
  await client.fill(set)
  const before = { topology: example.topology }
  await example.apply(change, annotations)
  await example.mcrouter.carriedOut()
  const foreseen = keysWith(prefix, MANY).filter((key) => {
    const [first = ''] = destinations(example.topology.explain('get', key))
    return !holdersOf(before, key).has(first)
  })
  const { missed } = await client.audit(set)
  return { missed: missed.toSorted(), foreseen: foreseen.toSorted() }
}
