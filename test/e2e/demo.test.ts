import { fileURLToPath } from 'node:url'
import t from 'tap'
import { run } from '../../testing/process/command.ts'
import { kubectlOk } from './support/cluster.ts'
import { environment } from './support/environment.ts'

const DEMO = fileURLToPath(new URL('../../demo/main.ts', import.meta.url))

t.test('the demo runs on the cluster of a context, in pods, and takes everything away again', async (t) => {
  const context = (await kubectlOk(['config', 'current-context'])).trim()
  const args = [DEMO, '--context', context, '--image', environment.image]
  const { code, stdout, stderr } = await run(process.execPath, args)
  t.equal(code, 0, stderr)
  t.match(stdout, `The cluster of context ${context}`)
  // Available as soon as there is one server and one router.
  t.match(stdout, /^ {2}my-mcrouter +replicated +[1-3]\/3 +[12]\/2 +True /m)
  t.match(stdout, /\n {2}STORED\n {2}VALUE greeting 0 5\n {2}hello\n {2}END\n/, 'through one of the routers')
  t.match(stdout, /did you mean "sharded"\?/)
  t.match(stdout, /^ {2}# Mcrouter mcrouter-demo\/my-mcrouter$/m)
  t.match(stdout, /^ {2}my-mcrouter +replicated +4\/4 /m)
  const left = await kubectlOk(['get', 'customresourcedefinitions,namespaces', '-o', 'name'])
  t.notMatch(left, /mcrouter/)
})
