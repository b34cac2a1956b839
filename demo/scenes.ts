import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Screen } from './screen.ts'
import { Shell } from './shell.ts'
import type { Stage } from './stage.ts'

/** The CR from the README of the Ansible operator. */
const EXAMPLE = 'examples/ansible-operator.yaml'
const NAME = 'my-mcrouter'
/** In the version of that CR, in which the size of its pool is a number of servers; `mcrouter` alone is the preferred version. */
const MCROUTERS = 'mcrouters.v1alpha3.mcrouter.example.com'
const MCROUTER = `${MCROUTERS}/${NAME}`
const PATIENCE = '--timeout=180s'

/** The main job, scene by scene, with the commands a user would type. Rejects when one does not go as it should. */
export async function play(stage: Stage, screen: Screen, signal: AbortSignal): Promise<void> {
  const shell = new Shell(stage, screen, signal)

  screen.heading('The operator is installed')
  screen.command(stage.installation)
  await shell.kubectl('get', 'customresourcedefinitions,mutatingwebhookconfigurations', '-o', 'name')

  screen.heading('The CR of the Ansible operator, unchanged, becomes a cache')
  await shell.kubectl('apply', '-f', EXAMPLE)
  await shell.kubectl('wait', MCROUTER, '--for=condition=Available', PATIENCE)
  await shell.kubectl('get', MCROUTERS)
  const kinds = 'statefulsets,deployments,services,configmaps,poddisruptionbudgets'
  await shell.kubectl('get', kinds, '-l', 'app.kubernetes.io/part-of=mcrouter')

  screen.heading('A value is set and read through mcrouter')
  await shell.talk(NAME, ['set greeting 0 0 5', 'hello', 'get greeting'])

  screen.heading('A mistake is refused where it is made, with what was probably meant')
  const cr = await readFile(join(shell.root, EXAMPLE), 'utf8')
  await shell.refused(['apply', '-f', '-'], {
    from: `sed 's/: replicated/: shraded/; s/: 5000/: 80/' ${EXAMPLE}`,
    input: cr.replace(': replicated', ': shraded').replace(': 5000', ': 80'),
  })

  screen.heading('What a CR would become, without applying it')
  const namespace = `namespace=${stage.namespace}`
  await shell.render(EXAMPLE, `${namespace}&show=config`, 10)
  await shell.render(EXAMPLE, namespace, 10)

  screen.heading('The pool grows')
  await shell.kubectl('scale', MCROUTER, '--replicas=4')
  await shell.kubectl('wait', MCROUTER, '--for=jsonpath={.status.readyServers}=4', PATIENCE)
  await shell.kubectl('wait', MCROUTER, '--for=condition=ConfigApplied', PATIENCE)
  await shell.kubectl('get', MCROUTERS)

  screen.heading('How it is doing')
  const condition = '{.type}={.status} {.reason}: {.message}{"\\n"}'
  await shell.kubectl('get', MCROUTER, '-o', `jsonpath={range .status.conditions[*]}${condition}{end}`)
  // Events are about the stored version, and kubectl compares it.
  await shell.kubectl('events', '--for', `mcrouter/${NAME}`)
}
