import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { kubeconfig } from '../../../reconciler/kube/kubeconfig.ts'

interface Parts {
  readonly user?: object
  readonly cluster?: object
  readonly context?: object
}

/** The text of a kubeconfig with one context, `here`. JSON is YAML. */
function text({ user = {}, cluster = {}, context = {} }: Parts = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'here',
    contexts: [{ name: 'here', context: { cluster: 'c', user: 'u', ...context } }],
    clusters: [{ name: 'c', cluster: { server: 'https://10.0.0.1:6443', ...cluster } }],
    users: [{ name: 'u', user }],
  })
}

function base64(value: string): string {
  return Buffer.from(value).toString('base64')
}

t.test('server, namespace, token, authority and server name', async (t) => {
  const file = join(
    t.testdir({
      config: text({
        user: { token: 'secret' },
        cluster: { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'kubernetes' },
        context: { namespace: 'shop' },
      }),
    }),
    'config',
  )
  const credentials = kubeconfig([file], undefined)
  t.equal(credentials.namespace, 'shop')
  const { server, headers, tls } = await credentials.read(false)
  t.equal(server.href, 'https://10.0.0.1:6443/')
  t.same(headers, { authorization: 'Bearer secret' })
  t.same(tls, { ca: Buffer.from('CA'), servername: 'kubernetes' })
})

t.test('client certificates, from data or from files beside it', async (t) => {
  const directory = t.testdir({
    data: text({ user: { 'client-certificate-data': base64('CERT'), 'client-key-data': base64('KEY') } }),
    files: text({
      user: { 'client-certificate': 'my.crt', 'client-key': 'my.key' },
      cluster: { 'certificate-authority': 'ca.crt' },
    }),
    'my.crt': 'CERT',
    'my.key': 'KEY',
    'ca.crt': 'CA',
  })
  t.same((await kubeconfig([join(directory, 'data')], undefined).read(false)).tls, {
    cert: Buffer.from('CERT'),
    key: Buffer.from('KEY'),
  })
  const credentials = kubeconfig([join(directory, 'files')], undefined)
  t.same((await credentials.read(false)).tls, {
    ca: Buffer.from('CA'),
    cert: Buffer.from('CERT'),
    key: Buffer.from('KEY'),
  })
  await writeFile(join(directory, 'my.crt'), 'RENEWED')
  t.same((await credentials.read(false)).tls.cert, Buffer.from('RENEWED'))
})

t.test('basic authentication, impersonation and no verification when it says so', async (t) => {
  const directory = t.testdir({
    config: text({
      user: { username: 'ann', password: 'p:w', as: 'bob' },
      cluster: { 'insecure-skip-tls-verify': true },
    }),
  })
  const { headers, tls } = await kubeconfig([join(directory, 'config')], undefined).read(false)
  t.same(headers, { authorization: `Basic ${base64('ann:p:w')}`, 'impersonate-user': 'bob' })
  t.equal(tls.rejectUnauthorized, false)
})

t.test('an exec plugin is asked once, and again when its token is refused', async (t) => {
  const directory = t.testdir({ runs: '' })
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'T' },
  }
  const script = `require('fs').appendFileSync(${JSON.stringify(join(directory, 'runs'))}, 'x');
    const c = ${JSON.stringify(credential)};
    c.status.token += require('fs').readFileSync(${JSON.stringify(join(directory, 'runs'))}).length;
    console.log(JSON.stringify(c))`
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
  }
  await writeFile(join(directory, 'config'), text({ user: { exec } }))
  const credentials = kubeconfig([join(directory, 'config')], undefined)
  t.match(await credentials.read(false), { headers: { authorization: 'Bearer T1' } })
  t.match(await credentials.read(false), { headers: { authorization: 'Bearer T1' } })
  t.match(await credentials.read(true), { headers: { authorization: 'Bearer T2' } })
})

t.test('a file that was rewritten is read again when its credentials are refused', async (t) => {
  const file = join(t.testdir({ config: text({ user: { token: 'one' } }) }), 'config')
  const credentials = kubeconfig([file], undefined)
  await writeFile(file, text({ user: { token: 'two' } }))
  t.match(await credentials.read(true), { headers: { authorization: 'Bearer two' } })
})

t.test('what is wrong is said, with what would be right', async (t) => {
  const directory = t.testdir({
    config: text(),
    proxy: text({ cluster: { 'proxy-url': 'http://proxy:3128' } }),
    plain: text({ cluster: { server: 'http://10.0.0.1:8080' } }),
    plugin: text({ user: { exec: { command: join('/', 'does', 'not', 'exist') } } }),
    broken: '{',
  })
  const at = (name: string) => join(directory, name)
  t.throws(() => kubeconfig([at('missing')], undefined), {
    reason: 'Credentials',
    message: /cannot read.*missing.*ENOENT/,
  })
  t.throws(() => kubeconfig([at('broken')], undefined), { reason: 'Credentials', message: /broken/ })
  t.throws(() => kubeconfig([at('config')], 'there'), { message: /context "there": known contexts: here/ })
  await t.rejects(kubeconfig([at('proxy')], undefined).read(false), { message: /proxy-url is not supported/ })
  await t.rejects(kubeconfig([at('plain')], undefined).read(false), {
    reason: 'Credentials',
    message: /HTTP protocol/,
  })
  await t.rejects(kubeconfig([at('plugin')], undefined).read(false), {
    reason: 'Credentials',
    message: /ENOENT/,
  })
})
