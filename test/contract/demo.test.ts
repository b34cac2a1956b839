import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { eventually } from '../../testing/deadline.ts'
import { run } from '../../testing/process/command.ts'
import { startBareCluster } from '../support/bare-cluster.ts'

const DEMO = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

/** A program that runs and does nothing. */
const SILENT = '#!/bin/sh\nexec sleep 600\n'

/** After which a program that does not answer is given up (testing/deadline.ts). */
const GIVEN_UP_MS = 120_000

/** A directory for temporary files in which nothing but the demo's own can be. */
async function scratch(t: Test): Promise<NodeJS.ProcessEnv> {
  const directory = await mkdtemp(join(tmpdir(), 'demo-'))
  t.teardown(() => rm(directory, { recursive: true }))
  return { ...process.env, PATH: withoutMcrouter(process.env.PATH ?? ''), TMPDIR: directory }
}

function withoutMcrouter(path: string): string {
  return path
    .split(delimiter)
    .filter((directory) => !existsSync(join(directory, 'mcrouter')))
    .join(delimiter)
}

t.test('the demo shows the main job and ends with 0 where nobody watches', async (t) => {
  const env = await scratch(t)
  const { code, stdout, stderr } = await run(process.execPath, [DEMO], { env })
  t.equal(code, 0, stderr)
  t.match(stdout, /reported ready as a kubelet would/, 'it says what is not real')
  t.match(stdout, /^kubectl is \/.*kubectl$/m, 'and where its kubectl is')
  t.match(stdout, /Normal +Scaled +Mcrouter\/my-mcrouter/, 'its events are shown')
  t.match(stdout, /^ {2}my-mcrouter +replicated +[1-3]\/3 +[12]\/2 +True /m, "the Ansible operator's CR runs")
  t.match(stdout, /^ {2}There is no mcrouter.* on PATH, so no value can be set and read here/m, 'it says so')
  t.match(stdout, /did you mean "sharded"\?/, 'a mistake is refused')
  t.match(stdout, /^ {2}# Mcrouter default\/my-mcrouter$/m, '/render answers')
  t.match(stdout, /^ {2}my-mcrouter +replicated +4\/4 /m, 'it is scaled')
  t.match(stdout, /Running=True Successful: Awaiting next reconciliation/, 'the status is shown')
  t.same(await readdir(env.TMPDIR ?? ''), [], 'nothing is left')
})

t.test('Ctrl-C while it starts ends it at once, and all that it had started', async (t) => {
  const env = await scratch(t)
  const child = spawn(process.execPath, [DEMO], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const left = () => readdir(env.TMPDIR ?? '')
  await eventually('the control plane starts', async () => (await left()).length > 0, { withinMs: 120_000 })
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  t.equal(code, 130)
  await eventually('nothing is left', async () => (await left()).length === 0)
})

t.test('Ctrl-C while the control plane is built ends Go with it', async (t) => {
  const env = await scratch(t)
  const directory = t.testdir({
    go: `#!/bin/sh\n[ "$1" = env ] && { echo go1.26.0; exit; }\necho $$ > '${env.TMPDIR}/go.pid'\nexec sleep 600\n`,
  })
  await chmod(join(directory, 'go'), 0o755)
  // A proxy that does not answer: there is no download.
  const proxy = 'http://127.0.0.1:1'
  const elsewhere = {
    XDG_CACHE_HOME: directory,
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NO_PROXY: '',
    no_proxy: '',
    KUBEBUILDER_ASSETS: '',
  }
  const child = spawn(process.execPath, [DEMO], {
    env: { ...env, ...elsewhere, PATH: `${directory}:/usr/bin:/bin` },
    stdio: 'ignore',
  })
  const pid = await eventually('Go builds', async () =>
    Number(await readFile(join(env.TMPDIR ?? '', 'go.pid'), 'utf8')),
  )
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  t.equal(code, 130)
  await eventually('Go has ended', () => !existsSync(`/proc/${pid}`))
})

t.test('Ctrl-C in the middle of it, while a mcrouter does not answer, leaves nothing behind', async (t) => {
  const env = await scratch(t)
  const programs = t.testdir({ mcrouter: SILENT, memcached: SILENT })
  for (const program of ['mcrouter', 'memcached']) await chmod(join(programs, program), 0o755)
  const child = spawn(process.execPath, [DEMO], {
    env: { ...env, PATH: `${programs}${delimiter}${env.PATH}` },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  await eventually('it starts them', () => output.includes('A value is set and read'), { withinMs: 120_000 })
  const interrupted = performance.now()
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  t.equal(code, 130)
  t.ok(performance.now() - interrupted < GIVEN_UP_MS / 4, 'long before it would give up')
  t.ok(existsSync(env.TMPDIR ?? ''))
  t.same(await readdir(env.TMPDIR ?? ''), [])
})

t.test('a cluster of somebody is left alone where the demo would have to take something away', async (t) => {
  const { controlPlane } = await startBareCluster(t)
  const { kubectl } = controlPlane
  const context = (await kubectl(['config', 'current-context'])).stdout.trim()
  const demo = async () => {
    const env = { ...(await scratch(t)), KUBECONFIG: controlPlane.kubeconfig }
    return await run(process.execPath, [DEMO, '--context', context], { env })
  }
  const what = ['get', 'crd/mcrouters.mcrouter.example.com', 'namespace/mcrouter-demo', '--output=name']
  await kubectl(['create', 'namespace', 'mcrouter-demo'])

  t.match(await demo(), { code: 1, stderr: /already has Mcrouters/ })
  t.equal((await kubectl(what)).code, 0, 'all is still there')

  await kubectl(['delete', 'crd', 'mcrouters.mcrouter.example.com'])
  t.match(await demo(), { code: 1, stderr: /already has namespace mcrouter-demo/ })
  t.equal((await kubectl(['get', 'namespace', 'mcrouter-demo'])).code, 0, 'it is still there')

  await controlPlane.stopApiServer()
  t.match(await demo(), { code: 1, stderr: /kubectl get crd failed/ }, 'no answer is not taken for nothing')
  await controlPlane.startApiServer()
})
