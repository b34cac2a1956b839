import { readFile } from 'node:fs/promises'
import t from 'tap'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'

const SEED = new URL('../../examples/ansible-operator.yaml', import.meta.url)

t.test('kubectl apply', async (t) => {
  const { apply, kubectl, read, operator } = await startCluster(t)

  t.test("takes the Ansible operator's CR unchanged, and again without a change", async (t) => {
    const seed = await readFile(SEED, 'utf8')
    t.match(await apply(seed), { code: 0, stdout: /created/ })
    t.match(await apply(seed), { code: 0, stdout: /unchanged/ })
    t.equal(await read('mcrouter my-mcrouter', '{.metadata.generation}'), '1')
  })

  t.test('is told the nearest match of a mistyped value, by the webhook and not by the schema', async (t) => {
    const { code, stderr } = await apply(mcrouter('typo', { pool_setup: 'shraded' }))
    t.equal(code, 1)
    t.match(stderr, /spec\.pool_setup.*shraded/)
    t.match(stderr, /did you mean "sharded"\?/)
    t.match(stderr, /mutate\.[a-z.-]+\.mcrouter\.example\.com|is invalid/)
  })

  t.test('is told every violation in one answer', async (t) => {
    const { stderr } = await apply(
      mcrouter('wrong', {
        pool_setup: 'both',
        mcrouter_port: 80,
        memcached_pool_size: 0,
        memcached_image: 'a b',
      }),
    )
    for (const path of ['pool_setup', 'mcrouter_port', 'memcached_pool_size', 'memcached_image']) {
      t.match(stderr, `spec.${path}`)
    }
  })

  t.test('is refused a name that other names cannot be made from', async (t) => {
    t.match(await apply(mcrouter('a'.repeat(43))), { code: 1, stderr: /metadata\.name/ })
    t.match(await apply(mcrouter('1st')), { code: 1, stderr: /metadata\.name/ })
  })

  t.test('shows warnings for what is legal but regrettable', async (t) => {
    const { code, stderr } = await apply(
      mcrouter('regrettable', { mcrouter_replicas: 1, memcached_image: 'example.com/memcached:latest' }),
    )
    t.equal(code, 0)
    t.match(stderr, /Warning: .*mcrouter_replicas/)
    t.match(stderr, /Warning: .*:latest/)
  })

  t.test('shows what share of the keys a change of size moves', async (t) => {
    await apply(mcrouter('growing', { pool_setup: 'sharded', memcached_pool_size: 3 }))
    const { code, stderr } = await apply(
      mcrouter('growing', { pool_setup: 'sharded', memcached_pool_size: 4 }),
    )
    t.equal(code, 0)
    t.match(stderr, /Warning: .*25 ?%/)
  })

  t.test('is refused an unknown field by the strict check, and shown it otherwise', async (t) => {
    const unknown = mcrouter('unknown', { pool_setpu: 'sharded' })
    t.match(await apply(unknown), { code: 1, stderr: /unknown field "spec\.pool_setpu"/ })
    t.match(await apply(unknown, '--validate=warn'), {
      code: 0,
      stderr: /Warning: unknown field "spec\.pool_setpu"/,
    })
    t.equal(await read(`${V1ALPHA3_MCROUTERS} unknown`, '{.spec.pool_setpu}'), '')
  })

  t.test('gets the same answers from a server-side dry run, which stores nothing', async (t) => {
    const bad = await apply(mcrouter('dry', { pool_setup: 'shraded' }), '--dry-run=server')
    t.match(bad, { code: 1, stderr: /did you mean/ })
    t.equal((await apply(mcrouter('dry'), '--dry-run=server')).code, 0)
    t.match((await kubectl(['get', 'mcrouter', 'dry'])).stderr, /not found/)
  })

  t.test('stores the object complete: every default is there to be read', async (t) => {
    await apply(mcrouter('complete'))
    const spec = JSON.parse(await read(`${V1ALPHA3_MCROUTERS} complete`, '{.spec}'))
    t.match(spec, {
      memcached_pool_size: 2,
      mcrouter_port: 5000,
      pool_setup: 'replicated',
      mcrouter_release: '37',
    })
  })

  t.test(
    'may lower the memory below an item size that an earlier release stored, and no other',
    async (t) => {
      for (const flags of [[], ['--server-side', '--force-conflicts']]) {
        const name = flags.length === 0 ? 'former' : 'former-server-side'
        t.match(await apply(mcrouter(name), ...flags), { code: 0 })
        const stored = JSON.stringify({ spec: { memcached_max_item_size: '32m' } })
        t.match(await kubectl(['patch', V1ALPHA3_MCROUTERS, name, '--type=merge', '-p', stored]), { code: 0 })
        t.match(await apply(mcrouter(name, { memcached_memory_mb: 48 }), ...flags), {
          code: 0,
          stderr: /it is 24m now/,
        })
        t.equal(await read(`${V1ALPHA3_MCROUTERS} ${name}`, '{.spec.memcached_max_item_size}'), '')
        const written = mcrouter(name, { memcached_memory_mb: 48, memcached_max_item_size: '32m' })
        t.match(await apply(written, ...flags), { code: 1, stderr: /at most half of memcached_memory_mb/ })
      }
    },
  )

  t.test('while the server is away', async (t) => {
    await operator.server.stop('SIGKILL')

    t.test('is refused with the reason: nothing is stored that nobody has looked at', async (t) => {
      t.match(await apply(mcrouter('unseen')), {
        code: 1,
        stderr: /failed calling webhook "mutate\.[a-z.-]+\.mcrouter\.example\.com"/,
      })
    })
    t.test('can still change everything else, and delete Mcrouters', async (t) => {
      t.equal((await kubectl(['create', 'configmap', 'other'])).code, 0)
      t.equal((await kubectl(['delete', 'mcrouter', 'complete', '--timeout=20s'])).code, 0)
    })
    t.test('works again as soon as the server is back', async (t) => {
      await operator.server.start()
      t.equal((await apply(mcrouter('seen'))).code, 0)
    })
  })
})
