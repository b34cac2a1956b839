import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import t from 'tap'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { V1BETA1 } from '../../schemas/v1beta1/version.ts'
import { run } from '../../testing/process/command.ts'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { V1ALPHA3_MCROUTERS } from '../support/mcrouters.ts'

t.test('a Mcrouter', async (t) => {
  const { apply, kubectl, read, operator } = await startCluster(t)
  const cr = mcrouter('cache', { pool_setup: 'sharded', memcached_pool_size: 3 })
  await apply(cr)

  t.test('is waited for with kubectl wait', async (t) => {
    const { code, stderr } = await kubectl([
      'wait',
      'mcrouter/cache',
      '--for=condition=Ready',
      '--timeout=30s',
    ])
    t.equal(code, 0, stderr)
  })

  t.test('says in its status what runs', async (t) => {
    const status = JSON.parse(await read('mcrouter cache', '{.status}'))
    t.match(status, { observedGeneration: 1, endpoint: /^cache\.default\.svc.*:5000$/ })
    for (const type of ['Accepted', 'ConfigApplied', 'Available']) {
      t.match(await read('mcrouter cache', `{.status.conditions[?(@.type=="${type}")].status}`), 'True', type)
    }
    t.equal(await read('mcrouter cache', '{.status.conditions[?(@.type=="Degraded")].status}'), 'False')
  })

  t.test('still has the condition that scripts of the Ansible operator look for', async (t) => {
    t.match(JSON.parse(await read('mcrouter cache', '{.status.conditions[?(@.type=="Running")]}')), {
      status: 'True',
      reason: 'Successful',
      message: 'Awaiting next reconciliation',
    })
  })

  t.test("has mcrouter's configuration, whose digest is in the status", async (t) => {
    const config = await read('configmap cache-config', '{.data.config\\.json}')
    const digest = createHash('md5').update(config).digest('hex')
    t.equal(await read('mcrouter cache', '{.status.config.digest}'), digest)
  })

  t.test('is listed with what a person wants to know, in either version', async (t) => {
    const { stdout } = await kubectl(['get', 'mcr', 'cache'])
    t.match(stdout, /^NAME +SHARDS +COPIES .*\ncache +3 +1 /, 'under its short name in the preferred one')
    const [header, row] = (await kubectl(['get', V1ALPHA3_MCROUTERS, 'cache'])).stdout.split('\n')
    t.match(header, /^NAME +SETUP +SERVERS +ROUTERS +AVAILABLE +READY +REASON +AGE$/)
    t.match(row, /^cache +sharded +3(\/3)? +2(\/2)? +True +True +Serving /)
    const [wide, wideRow] = (await kubectl(['get', V1ALPHA3_MCROUTERS, 'cache', '-o', 'wide'])).stdout.split(
      '\n',
    )
    t.match(wide, /ENDPOINT.*DIGEST.*IMAGE/)
    t.match(wideRow, /devan2502\/mcrouter:latest/)
  })

  t.test('is explained field by field', async (t) => {
    for (const { apiVersion } of [V1ALPHA3, V1BETA1]) {
      for (const part of ['mcrouter.spec', 'mcrouter.status']) {
        const { code, stdout } = await kubectl(['explain', part, `--api-version=${apiVersion}`])
        t.equal(code, 0)
        t.notMatch(stdout, /<no description>/, `all of ${part} of ${apiVersion} is described`)
      }
    }
    const ofV1alpha3 = `--api-version=${V1ALPHA3.apiVersion}`
    const { stdout } = await kubectl(['explain', 'mcrouter.spec.pool_setup', ofV1alpha3])
    t.match(stdout, /sharded/)
    t.match(stdout, /replicated/)
  })

  for (const [page, { apiVersion }] of [
    ['reference-v1alpha3.md', V1ALPHA3],
    ['reference.md', V1BETA1],
  ] as const) {
    t.test(`has in ${page} the types that kubectl explains`, async (t) => {
      const reference = readFileSync(new URL(`../../docs/${page}`, import.meta.url), 'utf8')
      let compared = 0
      for (const [at, types] of typesIn(reference)) {
        compared += Object.keys(types).length
        const field = `mcrouter.${at.replaceAll('[]', '')}`
        const { stdout } = await kubectl(['explain', field, `--api-version=${apiVersion}`])
        const explained = new Map(
          [...stdout.matchAll(/^ {2}([\w-]+)\t<([^>]*)>/gm)].map(([, name, type]) => [name, type]),
        )
        // Besides, kubectl has the deprecated spellings, of which the reference has a section of its own.
        t.strictSame(
          Object.fromEntries(Object.keys(types).map((name) => [name, explained.get(name)])),
          types,
          at,
        )
      }
      t.ok(compared > 40, `${compared} fields`)
    })
  }

  t.test('is scaled like a Deployment, within the same bounds', async (t) => {
    const scale = (replicas: number) =>
      kubectl(['scale', `${V1ALPHA3_MCROUTERS}/cache`, `--replicas=${replicas}`])
    t.match(await scale(4), { code: 0, stderr: /Warning: .*25 ?%/ })
    t.equal(await read(`${V1ALPHA3_MCROUTERS} cache`, '{.spec.memcached_pool_size}'), '4')
    t.match(await scale(0), { code: 1, stderr: /to have none, delete the Mcrouter/ })
    t.match(await scale(1001), { code: 1 })
    t.equal(await read(`${V1ALPHA3_MCROUTERS} cache`, '{.spec.memcached_pool_size}'), '4')
    for (const count of ['readyServers', 'replicas']) {
      const wait = ['wait', 'mcrouter/cache', `--for=jsonpath={.status.${count}}=4`, '--timeout=30s']
      t.equal((await kubectl(wait)).code, 0)
    }
  })

  t.test('has a scale subresource that an autoscaler can use', async (t) => {
    const { stdout } = await kubectl([
      'get',
      V1ALPHA3_MCROUTERS,
      'cache',
      '--subresource=scale',
      '-o',
      'json',
    ])
    const { spec, status } = JSON.parse(stdout)
    t.same({ spec: spec.replicas, status: status.replicas }, { spec: 4, status: 4 })
    const pods = (await kubectl(['get', 'pods', '-l', status.selector, '-o', 'name'])).stdout
    t.equal(pods.trim().split('\n').length, 4, 'its selector finds the servers and nothing else')
  })

  t.test('is what /render says it becomes: kubectl diff finds nothing', async (t) => {
    const render = async (input: string) => {
      const args = ['-sS', '--fail-with-body', '--cacert', operator.caFile, '--data-binary', '@-']
      const result = await run('curl', [...args, `${operator.url}/render`], { input })
      t.equal(result.code, 0, result.stderr)
      return result.stdout
    }
    const stored = (await kubectl(['get', 'mcrouter', 'cache', '-o', 'json'])).stdout
    const same = await kubectl(['diff', '-f', '-'], { input: await render(stored) })
    t.equal(same.code, 0, same.stdout)
    const other = await render(
      JSON.stringify(mcrouter('cache', { pool_setup: 'sharded', memcached_pool_size: 5 })),
    )
    const differs = await kubectl(['diff', '-f', '-'], { input: other })
    t.match(differs, { code: 1, stdout: /^- {2}replicas: 4\n\+ {2}replicas: 5$/m })
  })

  t.test('takes everything with it when it is deleted', async (t) => {
    await kubectl(['delete', 'mcrouter', 'cache'])
    // The garbage collector of the API learns of a new kind of owner within 30 s.
    const what = 'statefulsets,deployments,services,configmaps,poddisruptionbudgets,pods'
    const left = ['get', what, '-l', 'app.kubernetes.io/instance=cache', '-o', 'name']
    const { code, stderr } = await kubectl([
      'wait',
      what,
      '-l',
      'app.kubernetes.io/instance=cache',
      '--for=delete',
      '--timeout=60s',
    ])
    t.equal(code, 0, stderr)
    t.equal((await kubectl(left)).stdout, '')
  })
})

/**
 * The types of the fields of each object of the reference, by the path of the object. Of a custom resource, kubectl takes a
 * Quantity, which may be a number or a string, for an Object (k8s.io/kubectl pkg/explain/v2/templates/plaintext.tmpl).
 */
function typesIn(reference: string): [at: string, types: Record<string, string>][] {
  const sections = [...reference.matchAll(/^##(#?) (Spec|Status|s[\w.[\], ]+)\n([^#]*)/gm)]
  return sections.flatMap(([, , title = '', text = '']) => {
    const rows = [...text.matchAll(/^\| `([\w-]+)` \| (\S+) \|/gm)]
    const types = Object.fromEntries(
      rows.map(([, name = '', type = '']) => [name, type === 'Quantity' ? 'Object' : type]),
    )
    return title.split(', ').map((at): [string, Record<string, string>] => [lowerFirst(at), types])
  })
}

/** The sections of the two objects at the top are titles in English; paths of fields have capitals inside. */
function lowerFirst(title: string): string {
  return title.charAt(0).toLowerCase() + title.slice(1)
}
