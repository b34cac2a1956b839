import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { Agent, request } from 'undici'
import { issueEphemeral } from '../../certs/authority.ts'
import { runServer } from '../../server/main.ts'
import { eventually } from '../../testing/deadline.ts'
import { run } from '../../testing/process/command.ts'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'
import { Volume } from './volume.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/mcrouter-operator.js', import.meta.url))
const { KUBERNETES_SERVICE_HOST: _, ...outside } = process.env

/** A server that cannot run, or need not, ends in this process just as well. */
async function ended(t: Test, args: string[], env: NodeJS.ProcessEnv = outside) {
  const written = {
    stdout: t.capture(process.stdout, 'write', () => true),
    stderr: t.capture(process.stderr, 'write', () => true),
  }
  const code = await runServer(args, env)
  const text = (calls: { args: unknown[] }[]) => calls.map(({ args }) => args[0]).join('')
  const ending = { code, stdout: text(written.stdout()), stderr: text(written.stderr()) }
  written.stdout.restore()
  written.stderr.restore()
  return ending
}

/** A process that serves. */
class Running {
  readonly child: ChildProcessByStdio<null, Readable, Readable>
  stdout = ''
  stderr = ''

  constructor(t: Test, args: string[]) {
    this.child = spawn(process.execPath, [LAUNCHER, 'server', '--listen=127.0.0.1:0', ...args], {
      env: outside,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout.on('data', (chunk) => {
      this.stdout += chunk
    })
    this.child.stderr.on('data', (chunk) => {
      this.stderr += chunk
    })
    t.teardown(() => this.child.kill('SIGKILL'))
  }

  /** https://127.0.0.1:PORT */
  origin(): Promise<string> {
    return eventually('it listens', () => {
      const [, address] = /"address":"([^"]+)"/.exec(this.stderr) ?? []
      return address && `https://${address}`
    })
  }

  async exit(): Promise<unknown[]> {
    return this.child.exitCode === null ? once(this.child, 'exit') : [this.child.exitCode, null]
  }
}

/** Verifies nothing unless a CA is given. */
async function get(t: Test, url: string, ca?: string) {
  const dispatcher = new Agent({ connect: ca === undefined ? { rejectUnauthorized: false } : { ca } })
  t.teardown(() => dispatcher.destroy())
  const { statusCode, headers, body } = await request(url, { dispatcher })
  return { status: statusCode, connection: headers.connection, text: await body.text() }
}

t.test('--help lists the flags and ends well', async (t) => {
  t.match(await ended(t, ['--help']), { code: 0, stdout: /^Usage: mcrouter-operator server/, stderr: '' })
})

t.test('bad flags are told to who called', async (t) => {
  await t.rejects(runServer(['--listen=nonsense'], outside), {
    name: 'FlagsError',
    message: /--listen=nonsense is not \[HOST\]:PORT/,
  })
  await t.rejects(runServer([], { ...outside, KUBERNETES_SERVICE_HOST: '10.0.0.1' }), {
    name: 'FlagsError',
    message: /in a cluster --cert-dir is needed/,
  })
})

t.test('a port in use ends with 1 and what to do', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  t.match(await ended(t, [`--listen=127.0.0.1:${port}`]), {
    code: 1,
    stderr: new RegExp(
      `cannot listen on 127.0.0.1:${port}: it is in use by another process; .*--listen.*MCR_ERR_LISTEN`,
    ),
  })
})

t.test('a certificate directory that cannot be read ends with 1 and its name', async (t) => {
  const directory = join(t.testdir({ file: '' }), 'nowhere')
  t.match(await ended(t, [`--cert-dir=${directory}`]), {
    code: 1,
    stderr: new RegExp(`${directory}.*does not exist.*MCR_ERR_CERT_DIR`),
  })
  t.match(await ended(t, [`--cert-dir=${t.testdirName}/file`]), { code: 1, stderr: /is not a directory/ })
})

t.test('for a person: a certificate in memory, the line to try, and an end at once', async (t) => {
  const running = new Running(t, [])
  const origin = await running.origin()
  t.equal((await get(t, `${origin}/readyz`)).status, 200)
  await eventually('the line is printed', () => running.stdout.endsWith('/render\n'))
  const [, line = ''] = /\n +(curl .*)\n$/.exec(running.stdout) ?? []
  t.equal(line, `curl -sk --data-binary @cr.yaml ${origin}/render`)
  const [command = '', ...args] = line.replace('@cr.yaml', '@-').split(' ')
  const rendered = await run(command, args, { input: JSON.stringify(mcrouterObject()) })
  t.match(rendered, { code: 0, stdout: /^# Mcrouter shop\/cache\n/ })
  for (const line of running.stderr.trim().split('\n')) t.match(JSON.parse(line), { level: 'info' })
  running.child.kill('SIGINT')
  t.same(await running.exit(), [0, null])
})

t.test('without its certificate it is alive and not ready, and becomes ready with it', async (t) => {
  const volume = new Volume(t.testdir({}))
  const running = new Running(t, [`--cert-dir=${volume.directory}`])
  const origin = await running.origin()
  t.equal((await get(t, `${origin}/healthz`)).status, 200)
  t.match(await get(t, `${origin}/readyz`), { status: 503, text: /^waiting for tls.crt/ })
  const files = await issueEphemeral(Date.now())
  await volume.write(files)
  const ready = await eventually('it serves the certificate', () => get(t, `${origin}/readyz`, files.bundle))
  t.equal(ready.status, 200)
  t.match(
    (await get(t, `${origin}/metrics`)).text,
    /certificate_expiry_timestamp_seconds\{certificate="serving"\} 1\d{9}\n/,
  )
  t.equal(running.stdout, '', 'nobody is invited to a server in a cluster')
})

t.test(
  'SIGTERM: not ready, still serving, every answer the last of its connection; again: the end',
  async (t) => {
    const running = new Running(t, [])
    const origin = await running.origin()
    running.child.kill('SIGTERM')
    await eventually('readiness fails', async () => (await get(t, `${origin}/readyz`)).status === 503)
    t.match(await get(t, `${origin}/healthz`), { status: 200, connection: 'close' })
    const dispatcher = new Agent({ connect: { rejectUnauthorized: false } })
    t.teardown(() => dispatcher.destroy())
    const { statusCode, headers, body } = await request(`${origin}/mutate`, {
      dispatcher,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(reviewOf(mcrouterObject())),
    })
    t.match({ statusCode, connection: headers.connection }, { statusCode: 200, connection: 'close' })
    t.match(await body.json(), { response: { allowed: true } })
    running.child.kill('SIGTERM')
    t.same(await running.exit(), [143, null])
  },
)
