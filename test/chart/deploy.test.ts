import { readFile } from 'node:fs/promises'
import t from 'tap'
import { DEPLOY_FILE, deployFile, NAMESPACE, RELEASE } from '../../build/deploy.ts'
import { startControlPlane } from '../../testing/control-plane/index.ts'
import { PROGRAMS } from '../../testing/control-plane/release.ts'
import { CHART, helm, namesOf, ofKind, parse, template } from './chart.ts'
import { succeeded } from './cluster.ts'

const committed = await readFile(DEPLOY_FILE, 'utf8')

t.test('the one-file install is the chart with its default values', async (t) => {
  const kubernetes = `--kube-version=${PROGRAMS['kube-apiserver'].version}`
  const { stdout } = await helm(4, 'template', RELEASE, CHART, '--namespace', NAMESPACE, kubernetes)
  t.equal(committed, deployFile(stdout), 'node build/deploy.ts writes it again')
  t.equal(namesOf(ofKind(parse(committed), 'Namespace'))[0], `Namespace/${NAMESPACE}`)
})

t.test('kubectl installs it, and installs it again', async (t) => {
  const plane = await startControlPlane()
  t.teardown(() => plane.stop())
  for (const arguments_ of [['apply'], ['apply', '--server-side', '--force-conflicts']]) {
    succeeded(t, await plane.kubectl([...arguments_, '-f', DEPLOY_FILE]), arguments_.join(' '))
  }
})

t.test('what is applied again is said to be unchanged', async (t) => {
  const plane = await startControlPlane()
  t.teardown(() => plane.stop())
  const { stdout: rendered } = await template(4, '--namespace=default', '--set=labelPolicy.enabled=true')
  for (const [name, input] of [
    ['deploy/', committed],
    ['the chart with its label policy', rendered],
  ] as const) {
    const versions = () => plane.kubectl(['get', '-f', '-', '-o', VERSIONS], { input })
    succeeded(t, await plane.kubectl(['apply', '-f', '-'], { input }), name)
    const before = await versions()
    const { stdout } = await plane.kubectl(['apply', '-f', '-'], { input })
    const lines = stdout.split('\n').filter((line) => line !== '' && !line.endsWith(' unchanged'))
    // Of these kubectl says so whatever has changed: docs/adr/0023-configured-budgets.md.
    const budgets = namesOf(ofKind(parse(input), 'PodDisruptionBudget'))
    t.strictSame(
      lines,
      budgets.map((name) => `poddisruptionbudget.policy/${name.split('/').at(-1)} configured`),
      name,
    )
    const diff = await plane.kubectl(['diff', '-f', '-'], { input })
    t.match(diff, { code: 0, stdout: '' }, `${name}: kubectl diff shows nothing`)
    t.strictSame((await versions()).stdout, before.stdout, `${name}: no object has another version`)
  }
})

const VERSIONS = 'jsonpath={range .items[*]}{.kind} {.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}'

t.test('two server-side managers of the definition have no conflict', async (t) => {
  const plane = await startControlPlane()
  t.teardown(() => plane.stop())
  const { stdout: input } = await template(4, '--show-only=templates/crd.yaml')
  for (const manager of ['first', 'second', 'first']) {
    const command = ['apply', '--server-side', `--field-manager=${manager}`, '-f', '-']
    succeeded(t, await plane.kubectl(command, { input }), command.join(' '))
  }
  succeeded(t, await plane.kubectl(['apply', '-f', '-'], { input }), 'kubectl apply')
  t.match(await plane.kubectl(['apply', '-f', '-'], { input }), { stdout: / unchanged$/m })
})
