import { readFile } from 'node:fs/promises'
import t from 'tap'
import { ALIASES } from '../../schemas/v1alpha3/aliases.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'

const CAMEL_CASE = new URL('../fixtures/seed/my-mcrouter-camel-case.yml', import.meta.url)

t.test('the deprecated spelling on a real API server', async (t) => {
  const { apply, kubectl, read } = await startCluster(t)
  const seed = await readFile(CAMEL_CASE, 'utf8')
  /** The Ansible operator's CR in camelCase under a name of its own, edited. */
  const seedWith = (name: string, edits: Readonly<Record<string, string>> = {}) =>
    Object.entries(edits).reduce(
      (text, [from, to]) => text.replace(from, to),
      seed.replace('name: my-mcrouter', `name: ${name}`),
    )
  const sizeOf = (name: string) => read(`${V1ALPHA3_MCROUTERS} ${name}`, '{.spec.memcached_pool_size}')
  const aliasesOf = async (name: string) => {
    const spec: object = JSON.parse(await read(`${V1ALPHA3_MCROUTERS} ${name}`, '{.spec}'))
    return Object.keys(ALIASES).filter((alias) => Object.hasOwn(spec, alias))
  }

  // Both are of the same manifest: apply, edit, apply again.
  for (const [how, flags] of Object.entries({ 'client-side': [], 'server-side': ['--server-side'] })) {
    const name = `seed-${how}`
    const update = (edits: Readonly<Record<string, string>> = {}) => apply(seedWith(name, edits), ...flags)

    t.test(`applied ${how}`, async (t) => {
      t.match(await update(), { code: 0 })
      t.match(
        await read(`${V1ALPHA3_MCROUTERS} ${name}`, '{.spec}'),
        '"debug_fifo_root":"/var/mcrouter/fifos"',
      )
      t.equal(await sizeOf(name), '3')
      t.same(await aliasesOf(name), [], 'only snake_case is stored')
    })

    t.test(`applied again ${how}, nothing changes`, async (t) => {
      t.match(await update(), { code: 0 })
      t.equal(await read(`mcrouter ${name}`, '{.metadata.generation}'), '1')
    })

    t.test(`edited and applied again ${how}`, async (t) => {
      t.match(await update({ 'memcachedPoolSize: 3': 'memcachedPoolSize: 5' }), { code: 0 })
      t.equal(await sizeOf(name), '5')
      t.match(
        await update({
          'memcachedPoolSize: 3': 'memcachedPoolSize: 2',
          'poolSetup: replicated': 'poolSetup: sharded',
        }),
        { code: 0 },
      )
      t.equal(await sizeOf(name), '2', 'back to the default')
      t.equal(await read(`${V1ALPHA3_MCROUTERS} ${name}`, '{.spec.pool_setup}'), 'sharded')
      t.same(await aliasesOf(name), [])
    })

    t.test(`moved to snake_case field by field ${how}, and back`, async (t) => {
      t.match(await update({ 'memcachedPoolSize: 3': 'memcached_pool_size: 4' }), { code: 0 })
      t.equal(await sizeOf(name), '4')
      t.match(await update({ 'memcachedPoolSize: 3': 'memcachedPoolSize: 4' }), { code: 0 })
      t.equal(
        await sizeOf(name),
        '4',
        'the default that the API server fills in for the field left out does not win',
      )
    })

    t.test(`both spellings with different values ${how} are an error`, async (t) => {
      const both = { 'memcachedPoolSize: 3': 'memcachedPoolSize: 6\n  memcached_pool_size: 7' }
      t.match(await update(both), {
        code: 1,
        stderr: /memcachedPoolSize is the deprecated spelling of memcached_pool_size, which is 7/,
      })
      t.equal(await sizeOf(name), '4')
    })
  }

  t.test(
    'replaced with a manifest in camelCase, an edited value is taken and an unedited one kept',
    async (t) => {
      await apply(mcrouter('replaced', { memcachedPoolSize: 3, mcrouterPort: 5001 }))
      const input = JSON.stringify(mcrouter('replaced', { memcachedPoolSize: 6, mcrouterPort: 5001 }))
      // In the first moments of an object its status changes beneath a replace, which is then told to try again.
      await eventually(
        'it is replaced',
        async () => (await kubectl(['replace', '-f', '-'], { input })).code === 0,
      )
      t.equal(await sizeOf('replaced'), '6')
      t.equal(await read(`${V1ALPHA3_MCROUTERS} replaced`, '{.spec.mcrouter_port}'), '5001')
    },
  )

  t.test('patched in either spelling, and scaled', async (t) => {
    await apply(mcrouter('patched', { memcachedPoolSize: 3 }))
    const patch = (spec: object) =>
      kubectl(['patch', V1ALPHA3_MCROUTERS, 'patched', '--type=merge', `--patch=${JSON.stringify({ spec })}`])
    t.match(await patch({ memcachedPoolSize: 4 }), { code: 0 })
    t.equal(await sizeOf('patched'), '4')
    t.match(await patch({ memcached_pool_size: 2 }), { code: 0 })
    t.equal(await sizeOf('patched'), '2')
    t.match(await kubectl(['scale', `${V1ALPHA3_MCROUTERS}/patched`, '--replicas=7']), { code: 0 })
    t.equal(await sizeOf('patched'), '7')
    t.match(await apply(mcrouter('patched', { memcachedPoolSize: 3 })), { code: 0 })
    t.equal(await sizeOf('patched'), '3', 'applied again, the manifest wins')
  })

  t.test('a new field has one spelling', async (t) => {
    t.match(await apply(mcrouter('new', { mcrouterReplicas: 3 })), {
      code: 1,
      stderr: /unknown field "spec.mcrouterReplicas"/,
    })
  })

  t.test('stored while the webhook was away, it is normalised by the reconciler', async (t) => {
    const kinds = 'mutatingwebhookconfigurations,validatingwebhookconfigurations'
    const { items }: { items: { metadata: object }[] } = JSON.parse(
      (await kubectl(['get', kinds, '-o', 'json'])).stdout,
    )
    t.match(await kubectl(['delete', kinds, '--all']), { code: 0 })
    const author = ['--server-side', '--field-manager=author']
    t.match(await apply(mcrouter('early', { memcachedPoolSize: 3 }), ...author), { code: 0 })
    for (const item of items) {
      const metadata = { ...item.metadata, resourceVersion: undefined, uid: undefined }
      t.match(await kubectl(['create', '-f', '-'], { input: JSON.stringify({ ...item, metadata }) }), {
        code: 0,
      })
    }
    const wait = [
      'wait',
      `${V1ALPHA3_MCROUTERS}/early`,
      '--for=jsonpath={.spec.memcached_pool_size}=3',
      '--timeout=60s',
    ]
    t.match(await kubectl(wait), { code: 0 })
    t.same(await aliasesOf('early'), [])
    const editor = ['--server-side', '--field-manager=editor']
    t.match(
      await apply(mcrouter('early', { memcached_pool_size: 5 }), ...editor),
      { code: 0 },
      'no field became the property of the operator',
    )
    t.equal(await sizeOf('early'), '5')
  })
})
