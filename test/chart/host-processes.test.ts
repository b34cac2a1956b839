import t from 'tap'
import { parseFlags } from '../../reconciler/flags.ts'
import { parseFlags as parseServerFlags } from '../../server/flags.ts'
import { run } from '../../testing/process/command.ts'
import { atPath } from '../support/at.ts'
import { notes, ofKind, render } from './chart.ts'

t.test('with the processes on the host, nothing of it is a pod, and the webhooks call a URL', async (t) => {
  const manifests = await render(
    '--set=hostProcesses.enabled=true,hostProcesses.url=https://192.0.2.1:8443/',
    '--set=serviceMonitor.enabled=true',
  )
  for (const kind of ['Deployment', 'PodDisruptionBudget', 'Service', 'NetworkPolicy', 'ServiceMonitor']) {
    t.strictSame(ofKind(manifests, kind), [], kind)
  }
  t.strictSame(
    ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) =>
      atPath(ofKind(manifests, kind)[0], 'webhooks.0.clientConfig'),
    ),
    [{ url: 'https://192.0.2.1:8443/mutate' }, { url: 'https://192.0.2.1:8443/validate' }],
  )
})

// There no pod can be reached, and names of the cluster do not exist: a grow would wait for them, and a shrink, for ever.
t.test('the command that is printed for the host asks no router and no DNS', async (t) => {
  const said = await notes('--set=hostProcesses.enabled=true,hostProcesses.url=https://192.0.2.1:8443')
  t.match(said, /mcrouter-operator reconciler .*--confirm-routers=off/)
})

// A shell reads each line; then the process itself.
t.test('the commands that are printed for the host work at its url', async (t) => {
  for (const [url, host, port] of [
    ['https://192.0.2.1:9443/', '192.0.2.1', 9443],
    ['https://[2001:db8::1]:8443', '2001:db8::1', 8443],
    ['https://dev.example.com', 'dev.example.com', 443],
  ] as const) {
    const said = await notes(
      `--set=hostProcesses.enabled=true,hostProcesses.url=${url}`,
      '--set=server.logLevel=debug',
      '--set-json=reconciler.extraArgs=["--name=it\'s"]',
    )
    const argumentsOf = async (command: string) => {
      const line = said.split('\n').find((one) => one.startsWith(`  mcrouter-operator ${command} `)) ?? ''
      const { stdout } = await run('sh', ['-c', `printf '%s\\n' ${line.replace(/^ +\S+ \S+/, '')}`])
      return stdout.trimEnd().split('\n')
    }
    t.match(parseFlags(await argumentsOf('reconciler')), { servingHost: host, name: "it's" })
    const server = { port, certDir: 'serving-cert', logLevel: 'debug' }
    t.match(parseServerFlags(await argumentsOf('server')), server)
    t.match(said, `go-template="{{index .data \\"$key\\" | base64decode}}" > serving-cert/$key`)
  }
})
