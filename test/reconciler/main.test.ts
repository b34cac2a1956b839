import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { runReconciler } from '../../reconciler/main.ts'
import { kubeconfig } from '../../testing/control-plane/kubeconfig.ts'

/** One that cannot work, or need not, ends in this process just as well. */
async function ended(t: Test, args: string[], env: NodeJS.ProcessEnv = {}) {
  const written = {
    stdout: t.capture(process.stdout, 'write', () => true),
    stderr: t.capture(process.stderr, 'write', () => true),
  }
  const code = await runReconciler(args, env)
  const text = (calls: { args: unknown[] }[]) => calls.map(({ args }) => args[0]).join('')
  const ending = { code, stdout: text(written.stdout()), stderr: text(written.stderr()) }
  written.stdout.restore()
  written.stderr.restore()
  return ending
}

t.test('--help lists the flags and ends well', async (t) => {
  t.match(await ended(t, ['--help']), { code: 0, stdout: /^Usage: mcrouter-operator reconciler/, stderr: '' })
})

t.test('bad flags are told to who called', async (t) => {
  await t.rejects(runReconciler(['--concurrency=0'], {}), {
    name: 'FlagsError',
    message: '--concurrency=0 is not a whole number from 1 to 256',
  })
})

t.test('without a cluster to talk to it ends with 1 and what to do', async (t) => {
  t.match(await ended(t, [], { HOME: t.testdir({}) }), {
    code: 1,
    stderr:
      /^mcrouter-operator reconciler: no cluster to talk to: .*; give --kubeconfig FILE or set KUBECONFIG\n$/,
  })
  t.match(await ended(t, ['--kubeconfig=/no/such/file']), {
    code: 1,
    stderr: /cannot read the kubeconfig \/no\/such\/file/,
  })
})

t.test('a port in use ends with 1 and says which', async (t) => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  t.teardown(() => other.close())
  const address = other.address()
  const port = typeof address === 'object' ? address?.port : 0
  const file = join(t.testdir({}), 'kubeconfig')
  writeFileSync(file, kubeconfig({ url: 'https://127.0.0.1:1', ca: '' }, { token: 'x' }))
  t.match(await ended(t, [`--kubeconfig=${file}`, `--listen=127.0.0.1:${port}`]), {
    code: 1,
    stderr: new RegExp(`127.0.0.1:${port}.*another process.*--listen`),
  })
})
