import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { kubeconfig } from '../../../../reconciler/kube/connection/kubeconfig.ts'

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
  const directory = t.testdir({
    config: text({
      user: { token: 'secret' },
      cluster: { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'kubernetes' },
      context: { namespace: 'shop' },
    }),
  })
  const credentials = await kubeconfig([join(directory, 'config')], undefined)
  t.equal(credentials.namespace, 'shop')
  const { server, headers, tls } = await credentials.read(false)
  t.equal(server.href, 'https://10.0.0.1:6443/')
  t.same(headers, { authorization: 'Bearer secret' })
  t.same(tls, { ca: 'CA', servername: 'kubernetes' })
})

t.test('files beside it are read anew each time: they are replaced while we run', async (t) => {
  const directory = t.testdir({
    config: text({
      user: { 'client-certificate': 'my.crt', 'client-key': 'my.key', tokenFile: 'token' },
      cluster: { 'certificate-authority': 'ca.crt' },
    }),
    'my.crt': 'CERT',
    'my.key': 'KEY',
    'ca.crt': 'CA',
    token: 'one\n',
  })
  const credentials = await kubeconfig([join(directory, 'config')], undefined)
  t.match(await credentials.read(false), {
    headers: { authorization: 'Bearer one' },
    tls: { ca: 'CA', cert: 'CERT', key: 'KEY' },
  })
  await writeFile(join(directory, 'my.crt'), 'RENEWED')
  await writeFile(join(directory, 'token'), 'two')
  t.match(await credentials.read(false), {
    headers: { authorization: 'Bearer two' },
    tls: { cert: 'RENEWED' },
  })
  await writeFile(join(directory, 'config'), text({ user: { token: 'three' } }))
  t.match(await credentials.read(false), { headers: { authorization: 'Bearer three' } })
})

t.test('inline data count before files; basic authentication, impersonation, no verification', async (t) => {
  const directory = t.testdir({
    config: text({
      user: {
        'client-certificate-data': base64('CERT'),
        'client-certificate': 'missing',
        'client-key-data': base64('KEY'),
        username: 'ann',
        password: 'p:w',
        as: 'bob',
      },
      cluster: { 'insecure-skip-tls-verify': true },
    }),
  })
  const { read } = await kubeconfig([join(directory, 'config')], undefined)
  const { headers, tls } = await read(false)
  t.same(headers, { authorization: `Basic ${base64('ann:p:w')}`, 'impersonate-user': 'bob' })
  t.same(tls, { cert: 'CERT', key: 'KEY', rejectUnauthorized: false })
})

t.test('of several files the first counts for each name', async (t) => {
  const directory = t.testdir({
    one: text({ user: { token: 'one' } }),
    two: text({ user: { token: 'two' } }).replace('"current-context":"here"', '"current-context":"other"'),
  })
  const { read } = await kubeconfig([join(directory, 'one'), join(directory, 'two')], undefined)
  t.match(await read(false), { headers: { authorization: 'Bearer one' } })
})

t.test('an exec plugin is asked once, and again when its token is refused', async (t) => {
  const directory = t.testdir({ runs: '', 'ca.crt': 'CA' })
  const runs = JSON.stringify(join(directory, 'runs'))
  const credential = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token: 'T' },
  }
  const script = `const fs = require('fs'); fs.appendFileSync(${runs}, 'x');
    const credential = ${JSON.stringify(credential)};
    credential.status.token += fs.readFileSync(${runs}).length;
    console.log(JSON.stringify(credential))`
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', script],
  }
  const cluster = { 'certificate-authority': 'ca.crt' }
  await writeFile(
    join(directory, 'config'),
    text({ user: { exec }, cluster, context: { namespace: 'shop' } }),
  )
  const credentials = await kubeconfig([join(directory, 'config')], undefined)
  t.equal(credentials.namespace, 'shop')
  const { server, headers, tls } = await credentials.read(false)
  t.equal(server.href, 'https://10.0.0.1:6443/')
  t.same(headers, { authorization: 'Bearer T1' })
  t.equal(String(tls.ca), 'CA')
  t.match(await credentials.read(false), { headers: { authorization: 'Bearer T1' } })
  t.match(await credentials.read(true), { headers: { authorization: 'Bearer T2' } })
})

t.test('what is wrong is said, with what would be right', async (t) => {
  const directory = t.testdir({
    config: text({ user: { 'client-key': 'my.key' } }),
    proxy: text({ cluster: { 'proxy-url': 'http://proxy:3128' } }),
    server: text({ cluster: { server: 'not a URL' } }),
    plugin: text({ user: { exec: { command: join('/', 'does', 'not', 'exist') } } }),
    broken: '{',
    list: '[]',
  })
  const complaint = async (file: string, context?: string) => {
    const { read } = await kubeconfig([join(directory, file)], context)
    await read(false)
  }
  const because = (message: RegExp) => ({ reason: 'Credentials', message })
  await t.rejects(complaint('missing'), because(/cannot read the kubeconfig .*missing: ENOENT/))
  await t.rejects(complaint('broken'), because(/cannot read the kubeconfig .*broken/))
  await t.rejects(complaint('list'), because(/not a mapping/))
  await t.rejects(complaint('config', 'there'), because(/no cluster for context "there"; its contexts: here/))
  await t.rejects(complaint('config'), because(/context "here": ENOENT.*my\.key/))
  await t.rejects(complaint('proxy'), because(/proxy-url is not supported/))
  await t.rejects(complaint('server'), because(/context "here": Invalid URL/))
  await t.rejects(complaint('plugin'), because(/ENOENT/))
})
