import assert from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { effort } from '../../../testing/effort.ts'
import { objectOf, said } from './judged.ts'
import { byApiServer, V1BETA1 } from './version.ts'

/** What is stored of a main pool, as admission leaves it. */
function stored(memcached: JsonObject, { before, ...how }: Parameters<typeof judged>[1] = {}): JsonObject {
  const judgement = judged(memcached, { ...how, ...(before && { before }) })
  assert(judgement.accepted, JSON.stringify(judgement))
  const { shards, copies, replicas, replicasOf } = Object(judgement.spec.memcached)
  return { shards, copies, replicas, ...(replicasOf && { replicasOf }) }
}

interface How {
  /** The main pool as it is stored. */
  readonly before?: JsonObject
  readonly metadata?: JsonObject
  readonly replaces?: boolean
}

function judged(memcached: JsonObject, { before, metadata = {}, replaces = false }: How = {}) {
  const now = objectOf(byApiServer({ memcached }), metadata)
  const stored = before && objectOf(V1BETA1.withDefaults({ memcached: before }), metadata)
  return judge(now, { replaces, ...(stored && { stored }) })
}

function warningsOf(memcached: JsonObject, how: How = {}): readonly string[] {
  const judgement = judged(memcached, how)
  assert(judgement.accepted, JSON.stringify(judgement))
  return judgement.warnings.filter((text) => text.includes('memcached.replicas says'))
}

t.test('an object that is new gets replicas from its layout, or its layout from them', async (t) => {
  t.strictSame(stored({}), { shards: 3, copies: 1, replicas: 3 })
  t.strictSame(stored({ shards: 1, copies: 3 }), { shards: 1, copies: 3, replicas: 3 })
  t.strictSame(stored({ shards: 4, copies: 2 }), { shards: 4, copies: 2, replicas: 4 })
  t.strictSame(stored({ replicas: 5 }), { shards: 5, copies: 1, replicas: 5 })
  t.strictSame(stored({ shards: 1, copies: 3, replicas: 1 }), {
    shards: 1,
    copies: 1,
    replicas: 1,
    replicasOf: 'Copies',
  })
  t.strictSame(stored({ shards: 1, replicas: 3, replicasOf: 'Copies' }), {
    shards: 1,
    copies: 3,
    replicas: 3,
    replicasOf: 'Copies',
  })
  t.strictSame(stored({ shards: 3, copies: 2, replicas: 1 }), {
    shards: 1,
    copies: 2,
    replicas: 1,
    replicasOf: 'Shards',
  })
  t.strictSame(stored({ external: [{ host: 'a.example.com' }], replicas: 3 }).replicas, undefined)
})

t.test('who writes both numbers, and different ones, is told which one wins', async (t) => {
  t.match(warningsOf({ shards: 4, replicas: 5 }), [
    /^spec\.memcached\.shards 4 is written as 5, which memcached\.replicas says, .*: write shards and copies, and no replicas$/,
  ])
  t.match(warningsOf({ shards: 1, copies: 4, replicas: 5 }), [/^spec\.memcached\.copies 4 is written as 5/])
  t.same(warningsOf({ replicas: 5 }), [], 'what is left out is nobody’s word')
  t.same(warningsOf({ shards: 4, replicas: 4 }), [])
  t.same(warningsOf({ shards: 3, replicas: 7 }, { before: { shards: 3, replicas: 5 } }), [], 'a scale')
})

const THREE = { shards: 3, copies: 1, replicas: 3 }
const OUT_OF_STEP = { ...THREE, replicas: 5 }

t.test('of an update, what it changes counts', async (t) => {
  const after = (memcached: JsonObject, before: JsonObject = THREE) => stored(memcached, { before })
  t.match(after({ ...THREE, replicas: 5 }), { shards: 5, replicas: 5 })
  t.match(after({ ...THREE, shards: 5 }), { shards: 5, replicas: 5 })
  t.match(after({ shards: 4, copies: 1 }), { shards: 4, replicas: 4 }, 'a manifest without replicas')
  t.match(after({ shards: 4, copies: 1, replicas: 6 }), { shards: 6, replicas: 6 })
  t.strictSame(after({ ...THREE, shards: 1, copies: 3 }), { shards: 1, copies: 3, replicas: 3 })
  const pair = { shards: 3, copies: 2, replicas: 3 }
  const metadata = {
    annotations: { 'mcrouter.example.com/consent': 'main: 3 shards x 2 copies to 1 shards x 2 copies' },
  }
  t.strictSame(stored({ ...pair, shards: 1 }, { before: pair, metadata }), {
    shards: 1,
    copies: 2,
    replicas: 2,
  })
  const single = { shards: 1, copies: 1, replicas: 1, replicasOf: 'Copies' }
  t.match(after({ ...single, replicas: 3 }, single), { shards: 1, copies: 3, replicas: 3 })
  t.strictSame(after({ ...single, shards: 3 }, single), THREE, 'a word that is left over goes')
})

t.test('what a scale has made stale is no change', async (t) => {
  const after = (memcached: JsonObject) => stored(memcached, { before: OUT_OF_STEP })
  t.match(after({ ...OUT_OF_STEP, memory: '512Mi' }), { shards: 5, copies: 1, replicas: 5 })
  t.match(after({ ...OUT_OF_STEP, replicas: 7 }), { shards: 7, replicas: 7 })
  t.match(after({ ...OUT_OF_STEP, shards: 4 }), { shards: 4, replicas: 4 })
  t.match(after({ shards: 3, copies: 1 }), { shards: 3, replicas: 3 }, 'a manifest without replicas')
  const mixed = { shards: 3, copies: 2, replicas: 2 }
  t.match(stored({ ...mixed, memory: '512Mi' }, { before: mixed }), { shards: 2, copies: 2, replicas: 2 })
})

t.test('a manifest that has both numbers means the same however often it is applied', async (t) => {
  const memcached = { shards: 3, replicas: 5 }
  const fields = { 'f:shards': {}, 'f:replicas': {} }
  const applied = {
    annotations: {
      'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify({ spec: { memcached } }),
    },
  }
  const managedFields = [
    { manager: 'flux', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:memcached': fields } } },
  ]
  for (const metadata of [applied, { managedFields }]) {
    let before = stored(memcached, { metadata })
    for (const _ of [1, 2]) {
      t.match(before, { shards: 5, replicas: 5 })
      before = stored({ ...before, ...memcached }, { before, metadata })
    }
  }
  t.match(stored(memcached, { before: { shards: 5, replicas: 5 }, replaces: true }), { shards: 5 })
})

/** As a manifest that has these was applied: by kubectl, and on the server. */
function applied(memcached: JsonObject): readonly JsonObject[] {
  const fields = Object.fromEntries(Object.keys(memcached).map((name) => [`f:${name}`, {}]))
  const managedFields = [
    { manager: 'flux', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:memcached': fields } } },
  ]
  const text = JSON.stringify({ spec: { memcached } })
  return [{ annotations: { 'kubectl.kubernetes.io/last-applied-configuration': text } }, { managedFields }]
}

t.test(
  'a number that a manifest has and that is overruled is named, also where it is the default',
  async (t) => {
    const manifest = { shards: 3, copies: 1, replicas: 5 }
    for (const metadata of applied(manifest)) {
      const before = { ...manifest, shards: 5 }
      t.match(stored(manifest, { before, metadata }), before)
      t.match(warningsOf(manifest, { before, metadata }), [/^spec\.memcached\.shards 3 is written as 5/])
      t.match(warningsOf(manifest, { metadata }), [/^spec\.memcached\.shards 3 is written as 5/], 'created')
    }
    const inFile = (memcached: JsonObject) => {
      const judgement = judge(objectOf({ memcached }), { source: 'file' })
      return (
        judgement.accepted && judgement.warnings.filter((text) => text.includes('memcached.replicas says'))
      )
    }
    t.match(inFile({ shards: 3, replicas: 5 }), [/^spec\.memcached\.shards 3 is written as 5/])
    t.same(inFile({ replicas: 5 }), [])
  },
)

t.test('an edit means the same whether or not the scale before it was written out yet', async (t) => {
  for (const edit of [{ copies: 3 }, { copies: 2 }, { shards: 4 }, { replicasOf: 'Shards' }]) {
    const [outcome, again] = [
      { shards: 1, copies: 1, replicas: 3 },
      { shards: 3, copies: 1, replicas: 3 },
    ].map((before) => judged({ ...before, ...edit }, { before }))
    t.same(outcome, again, JSON.stringify(edit))
  }
  const refused = judged(
    { shards: 1, copies: 3, replicas: 3 },
    { before: { shards: 1, copies: 1, replicas: 3 } },
  )
  t.match(refused, {
    accepted: false,
    violations: [{ message: /main: 3 shards x 1 copies to 3 shards x 3/ }],
  })
})

const BECOMES_SHARDS = [
  'spec.memcached.replicas: Invalid value: 3: it would count shards from now on, and copies no more, with shards 1 and copies 1 beside it: take it out, where these are meant, or say with replicasOf what it counts',
]
const BECOMES_COPIES = [
  'spec.memcached.replicas: Invalid value: 1: it would count copies from now on, and shards no more, with shards 1 and copies 2 beside it: take it out, where these are meant, or say with replicasOf what it counts',
]

t.test('two numbers that differ never change what replicas count', async (t) => {
  const refusal = (memcached: JsonObject, how: How) => {
    const judgement = judged(memcached, how)
    return judgement.accepted || judgement.violations.map(({ path, message }) => `${path}: ${message}`)
  }
  const copies = { shards: 1, copies: 3, replicas: 3 }
  const one = { ...copies, copies: 1 }
  for (const metadata of applied(one)) t.same(refusal(one, { before: copies, metadata }), BECOMES_SHARDS)
  t.same(refusal(one, { before: copies, replaces: true }), BECOMES_SHARDS)
  t.same(refusal(one, { before: { shards: 1, copies: 4, replicas: 4 } }), BECOMES_SHARDS, 'both are changed')
  const pair = { shards: 1, copies: 2, replicas: 1 }
  const shards = { ...pair, replicasOf: 'Shards' }
  for (const metadata of applied(pair)) t.same(refusal(pair, { before: shards, metadata }), BECOMES_COPIES)
  t.same(refusal(pair, { before: { shards: 3, copies: 2, replicas: 3 } }), BECOMES_COPIES)

  t.match(stored(one, { before: copies }), { shards: 1, copies: 1, replicas: 1 }, 'an edit of one of them')
  t.match(stored({ ...one, replicasOf: 'Copies' }, { before: copies, metadata: { ...applied(one)[0] } }), {
    copies: 3,
  })
  t.match(refusal({ shards: 3, replicas: 5 }, { before: copies }), [/it would count shards from now on/])
  t.match(refusal({ shards: 5, replicas: 5 }, { before: copies }), [/consent/])
  t.match(stored({ replicas: 5 }, { before: copies }), { shards: 1, copies: 5 }, 'replicas alone')
})

t.test('a word that a manifest has is not left over', async (t) => {
  const manifest = { shards: 3, replicasOf: 'Copies' }
  const before = { shards: 1, copies: 1, replicas: 1, replicasOf: 'Copies' }
  for (const metadata of applied(manifest))
    for (const merged of [{ ...before, ...manifest }, manifest])
      t.equal(judged(merged, { before, metadata }).accepted, false)
  t.match(stored({ ...before, ...manifest }, { before }), { shards: 3, replicas: 3 })
})

t.test('replicas beside servers of others go, and whoever wrote them is told', async (t) => {
  const external = [{ host: 'a.example.com' }]
  const told = (memcached: JsonObject, how: How = {}) => {
    const judgement = judged({ external, ...memcached }, how)
    assert(judgement.accepted)
    return judgement.warnings.filter((text) => text.includes('replicas'))
  }
  const words = [
    'spec.memcached.replicas 3 is left out: servers that others run are not scaled; take it out of the manifest',
  ]
  t.same(told({ replicas: 3 }), words)
  t.same(told({ replicas: 3 }, { before: { external } }), words)
  t.same(told({ replicas: 3 }, { before: { external, replicas: 3 }, replaces: true }), words)
  for (const metadata of applied({ external, replicas: 3 }))
    t.same(told({ replicas: 3 }, { before: { external, replicas: 3 }, metadata }), words)
  t.same(told({ replicas: 3, memory: '512Mi' }, { before: { external, replicas: 3 } }), [], 'left over')
  t.same(told({}), [])
})

t.test('copies of several shards are not counted', async (t) => {
  t.same(said({ memcached: { shards: 3, replicasOf: 'Copies' } }), [
    'spec.memcached.replicasOf: Invalid value: "Copies": must be Shards, or left out, with 3 memcached.shards',
  ])
  t.same(said({ memcached: { shards: 3, replicasOf: 'Shards' } }), [])
  const external = ['a', 'b'].map((host) => ({ host: `${host}.example.com` }))
  t.same(said({ memcached: { external, replicasOf: 'Copies' } }), [], 'of servers of others none are')
})

t.test('what is wrong with a number is said of the one that was written', async (t) => {
  t.match(said({ memcached: { replicas: 0 } }), [
    /^spec\.memcached\.replicas: Invalid value: 0: must be a whole number from 1 to 1000$/,
  ])
  t.match(said({ memcached: { shards: 1, copies: 2, replicas: 40, onMiss: 'AskCopies' } }), [
    /^spec\.memcached\.replicas: Invalid value: 40: must be at most 32/,
  ])
  t.match(said({ memcached: { shards: 2, copies: 2, replicas: 501 } }), [/these are 1002$/])
  t.match(said({ memcached: { shards: 1, replicasOf: 'Copies', replicas: 2, gutter: {} } }), [
    /^spec\.memcached\.gutter: .*with 2 copies/,
  ])
})

t.test(
  'whatever the numbers are, admission brings them in step, means what was scaled, and is done',
  async () => {
    const few = fc.integer({ min: 1, max: 4 })
    const counts = fc.record(
      {
        shards: few,
        copies: few,
        replicas: few,
        replicasOf: fc.constantFrom('Shards' as const, 'Copies' as const),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(counts, (memcached) => {
        const judgement = judged(memcached)
        if (!judgement.accepted) return
        const { spec, mcrouter } = judgement
        const [main] = mcrouter.pools
        const pool = isJsonObject(spec.memcached) ? spec.memcached : {}
        const { shards, copies } = pool
        assert.deepEqual([main.shards, main.copies], [shards, copies])
        assert.equal(pool.replicas, main.topology === 'replicated' ? copies : shards)
        if (memcached.replicas !== undefined) assert.equal(pool.replicas, memcached.replicas)
        const again = judged(pool, { before: pool })
        assert(again.accepted)
        assert.deepEqual(again.spec, spec)
        assert.notEqual(V1BETA1.complete(spec), undefined)
        const scaled = V1BETA1.settled({ ...spec, memcached: { ...pool, replicas: 2 } })
        assert.equal(V1BETA1.complete(scaled)?.pools[0].topology, main.topology, 'a scale changes a number')
      }),
      effort(200),
    )
  },
)
