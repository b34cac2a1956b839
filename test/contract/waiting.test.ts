import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { mcrouter, startCluster } from '../support/cluster.ts'
import { kstatus } from '../support/kstatus.ts'

// Programs that wait until a Mcrouter is installed wait until it is, and no longer.

const { controlPlane, kubelet, kubectl, apply, operator, read } = await startCluster(t)

/** A chart with nothing but a Mcrouter. */
async function chartWith(spec: object): Promise<string> {
  const chart = join(controlPlane.directory, 'app-chart')
  await mkdir(join(chart, 'templates'), { recursive: true })
  await writeFile(join(chart, 'Chart.yaml'), 'apiVersion: v2\nname: app\nversion: 1.0.0\n')
  await writeFile(join(chart, 'templates', 'cache.yaml'), JSON.stringify(mcrouter('waited', { ...spec })))
  return chart
}

t.test("Helm 4's --wait", async (t) => {
  const install = async (spec: object, timeout: string) =>
    controlPlane.helm(
      ['upgrade', '--install', 'app', await chartWith(spec), '--wait', `--timeout=${timeout}`, '-n=default'],
      { version: 4 },
    )
  await kubelet.decide(() => ({ reason: 'ImagePullBackOff', message: 'Back-off pulling image "nope"' }))
  const failed = await install({}, '8s')
  t.not(failed.code, 0, 'an image that cannot be pulled is not installed')
  t.match(failed.stderr, /waited not ready. status: InProgress/)
  t.match(await read('mcr waited', '{.status.conditions[?(@.type=="Ready")].reason}'), 'ImagePullFailed')
  await kubelet.decide(() => 'ready')
  const done = await install({}, '60s')
  t.equal(done.code, 0, done.stderr)
  t.equal(await read('mcr waited', '{.status.conditions[?(@.type=="Ready")].status}'), 'True')
  t.equal(kstatus(JSON.parse((await kubectl(['get', 'mcr', 'waited', '-o', 'json'])).stdout)), 'Current')
})

t.test('what no operator has looked at yet is not taken for installed', async (t) => {
  await operator.reconciler.stop('SIGKILL')
  await apply(mcrouter('unseen'))
  const stored = JSON.parse((await kubectl(['get', 'mcr', 'unseen', '-o', 'json'])).stdout)
  t.strictSame(stored.status, { observedGeneration: -1 })
  t.equal(kstatus(stored), 'InProgress')
})
