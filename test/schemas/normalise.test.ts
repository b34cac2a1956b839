import { readFile } from 'node:fs/promises'
import { load } from 'js-yaml'
import t from 'tap'
import { ALIASES } from '../../schemas/aliases.ts'
import { withDefaults } from '../../schemas/default.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/judge.ts'
import { normalise } from '../../schemas/normalise.ts'
import { object } from './mcrouter.ts'

/** The size of the pool after normalising, or the path of the violation. */
function sizeOf(given: JsonObject, stored?: JsonObject): unknown {
  const { spec, violations } = normalise(given, stored)
  return violations[0]?.path ?? spec.memcached_pool_size
}

// 2 is the default of memcached_pool_size.

t.test('on create', async (t) => {
  t.equal(sizeOf({ memcachedPoolSize: 3 }), 3, 'the alias alone')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 2 }), 3, 'the default counts as not given')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 3 }), 3, 'the same in both')
  t.equal(
    sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 4 }),
    'spec.memcachedPoolSize',
    'two that differ',
  )
  t.equal(
    sizeOf({ memcachedPoolSize: 2, memcached_pool_size: 4 }),
    'spec.memcachedPoolSize',
    'the alias is never filled in',
  )
})

t.test('on update of a normalised object', async (t) => {
  const stored = { memcached_pool_size: 3 }
  t.equal(
    sizeOf({ memcachedPoolSize: 5, memcached_pool_size: 3 }, stored),
    5,
    'an edited alias merged into the stored value',
  )
  t.equal(sizeOf({ memcachedPoolSize: 2, memcached_pool_size: 3 }, stored), 2, 'edited to the default')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 3 }, stored), 3, 'applied again')
  t.equal(sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 5 }, stored), 5, 'the snake_case value edited')
  t.equal(sizeOf({ memcached_pool_size: 2 }, stored), 2, 'the alias given up for the default')
  t.equal(
    sizeOf({ memcachedPoolSize: 4, memcached_pool_size: 5 }, stored),
    'spec.memcachedPoolSize',
    'two that differ',
  )
})

t.test('on update by a request that leaves snake_case to the default', async (t) => {
  const stored = { memcached_pool_size: 3 }
  t.equal(
    sizeOf({ memcachedPoolSize: 5, memcached_pool_size: 2 }, stored),
    5,
    'a replace with an edited alias',
  )
  t.equal(
    sizeOf({ memcachedPoolSize: 3, memcached_pool_size: 2 }, stored),
    3,
    'a replace, or an apply that swaps the spelling',
  )
})

t.test('on update of an object stored without the webhook', async (t) => {
  const stored = { memcachedPoolSize: 3, memcached_pool_size: 2 }
  t.equal(sizeOf(stored, stored), 3, 'nothing changed')
  t.equal(sizeOf({ ...stored, memcachedPoolSize: 5 }, stored), 5, 'the alias edited')
  t.equal(sizeOf({ ...stored, memcached_pool_size: 5 }, stored), 5, 'the snake_case value edited')
  t.equal(
    sizeOf({ memcachedPoolSize: 4, memcached_pool_size: 5 }, stored),
    'spec.memcachedPoolSize',
    'both edited',
  )
  t.equal(sizeOf({ memcached_pool_size: 3 }, stored), 3, 'written in its normalised form')
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
  const judged = [snake, camel, { ...camel, spec: withDefaults(specOf(camel)) }].map((given) => judge(given))
  for (const judgement of judged) {
    t.match(judgement, {
      accepted: true,
      spec: { ...specOf(snake), mcrouter_replicas: 2, mcrouter_release: '37' },
    })
    t.match(judgement, { accepted: true, mcrouter: { name: 'my-mcrouter', memcached: { servers: 3 } } })
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
  const text = await readFile(new URL(`../fixtures/seed/${name}`, import.meta.url), 'utf8')
  const parsed = load(text)
  if (!isJsonObject(parsed)) throw new Error(`${name} is no object`)
  return parsed
}

function specOf({ spec }: JsonObject): JsonObject {
  return isJsonObject(spec) ? spec : {}
}
