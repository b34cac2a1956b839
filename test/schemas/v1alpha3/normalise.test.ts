import { readFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import t from 'tap'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { ALIASES } from '../../../schemas/v1alpha3/aliases.ts'
import { normalise } from '../../../schemas/v1alpha3/normalise.ts'
import { judge } from '../../../schemas/validation/judge.ts'
import { UNKNOWN, type Writing } from '../../../schemas/validation/writing.ts'
import { STORED } from '../../../schemas/versions.ts'
import { object } from '../mcrouter.ts'

/** The size of the pool after normalising, or the path of the violation. */
function sizeOf(given: JsonObject, writing: Partial<Writing> = {}): unknown {
  const { spec, violations } = normalise(given, { ...UNKNOWN, ...writing })
  return violations[0]?.path ?? spec.memcached_pool_size
}

const REFUSED = 'spec.memcachedPoolSize'

// 2 is the default of memcached_pool_size.

t.test('written whole', async (t) => {
  t.equal(sizeOf({ memcachedPoolSize: 3 }), 3, 'the alias alone')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 2 }), 3, 'the default counts as not given')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 3 }), 3, 'the same in both')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 4 }), REFUSED, 'two that differ')
  t.equal(sizeOf({ memcachedPoolSize: 2, memcached_pool_size: 4 }), REFUSED, 'the alias is never filled in')
})

t.test('merged into a normalised spec', async (t) => {
  const writing = { mergedInto: { memcached_pool_size: 3 } }
  t.equal(sizeOf({ memcachedPoolSize: 5, memcached_pool_size: 3 }, writing), 5, 'an edited alias')
  t.equal(sizeOf({ memcachedPoolSize: 2, memcached_pool_size: 3 }, writing), 2, 'edited to the default')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 3 }, writing), 3, 'applied again')
  t.equal(
    sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 2 }, writing),
    3,
    'an apply that swaps the spelling',
  )
  t.equal(sizeOf({ memcached_pool_size: 2 }, writing), 2, 'the alias given up for the default')
  t.equal(sizeOf({ memcachedPoolSize: 4, memcached_pool_size: 5 }, writing), REFUSED, 'two that differ')
  t.equal(
    sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 5 }, writing),
    REFUSED,
    'two that differ, one of which is stored',
  )
})

t.test('merged into a spec that was stored without the webhook', async (t) => {
  const stored = { memcachedPoolSize: 3, memcached_pool_size: 2 }
  const writing = { mergedInto: stored }
  t.equal(sizeOf(stored, writing), 3, 'nothing changed')
  t.equal(sizeOf({ ...stored, memcachedPoolSize: 5 }, writing), 5, 'the alias edited')
  t.equal(sizeOf({ ...stored, memcached_pool_size: 5 }, writing), 5, 'the snake_case value edited')
  t.equal(sizeOf({ memcachedPoolSize: 4, memcached_pool_size: 5 }, writing), REFUSED, 'both edited')
  t.equal(sizeOf({ memcached_pool_size: 3 }, writing), 3, 'written in its normalised form')
})

t.test('known to be written both', async (t) => {
  const wrote = () => true
  for (const mergedInto of [undefined, { memcached_pool_size: 2 }, { memcached_pool_size: 5 }]) {
    const writing = { mergedInto, wrote }
    t.equal(sizeOf({ memcachedPoolSize: 5, memcached_pool_size: 2 }, writing), REFUSED, 'the default too')
    t.equal(sizeOf({ memcachedPoolSize: 5, memcached_pool_size: 5 }, writing), 5)
    t.equal(sizeOf({ memcachedPoolSize: 5 }, writing), 5)
  }
})

t.test('a conflict names both values', async (t) => {
  const { violations } = normalise({ poolSetup: 'sharded', pool_setup: 'ring' })
  t.match(
    violations[0]?.message,
    '"sharded": poolSetup is the deprecated spelling of pool_setup, which is "ring" here',
  )
})

t.test('the seven fields only', async (t) => {
  t.equal(Object.keys(ALIASES).length, 7)
  t.same(normalise({ mcrouterReplicas: 3 }).spec, { mcrouterReplicas: 3 })
})

t.test("the Ansible operator's own object, in both spellings", async (t) => {
  const snake = await fixture('my-mcrouter.yml')
  const camel = await fixture('my-mcrouter-camel-case.yml')
  const judged = [snake, camel, { ...camel, spec: STORED.withDefaults(specOf(camel)) }].map((given) =>
    judge(given),
  )
  for (const judgement of judged) {
    t.match(judgement, {
      accepted: true,
      spec: { ...specOf(snake), mcrouter_replicas: 2, mcrouter_release: '37' },
    })
    t.match(judgement, {
      accepted: true,
      mcrouter: { name: 'my-mcrouter', pools: [{ name: 'main', shards: 1, copies: 3 }] },
    })
  }
  t.notOk(judged.some((judgement) => judgement.accepted && Object.hasOwn(judgement.spec, 'mcrouterImage')))
})

t.test('an object without a spec has the defaults of the Ansible operator', async (t) => {
  t.match(judge(object(undefined)), {
    accepted: true,
    spec: {
      mcrouter_image: 'devan2502/mcrouter:latest',
      mcrouter_port: 5000,
      memcached_image: 'memcached:1.5-alpine',
      memcached_pool_size: 2,
      memcached_port: 11_211,
      pool_setup: 'replicated',
      debug_fifo_root: '',
    },
    warnings: [],
  })
})

async function fixture(name: string): Promise<JsonObject> {
  const text = await readFile(new URL(`../../fixtures/seed/${name}`, import.meta.url), 'utf8')
  const parsed = load(text)
  if (!isJsonObject(parsed)) throw new Error(`${name} is no object`)
  return parsed
}

function specOf({ spec }: JsonObject): JsonObject {
  return isJsonObject(spec) ? spec : {}
}
