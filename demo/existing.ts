import { fileURLToPath } from 'node:url'
import { findProgram, ordinaryPlaces } from '../testing/control-plane/binaries.ts'
import { freePort } from '../testing/control-plane/port.ts'
import { PROGRAMS } from '../testing/control-plane/release.ts'
import { eventually } from '../testing/deadline.ts'
import { succeeded } from '../testing/operator/index.ts'
import { type Child, Children } from '../testing/process/children.ts'
import { type CommandOptions, run } from '../testing/process/command.ts'
import type { Stage } from './stage.ts'

export interface ExistingCluster {
  /** A context of the user's kubeconfig. */
  readonly context: string
  /** REPOSITORY:TAG of the operator; the chart's own when undefined. */
  readonly image: string | undefined
}

const CHART = fileURLToPath(new URL('../charts/mcrouter-operator', import.meta.url))
const RELEASE = 'mcrouter-operator'
const NAMESPACE = 'mcrouter-demo'
/** Of the Mcrouter that is shown. */
const ROUTER_PORT = 5000
const CRD = 'mcrouters.mcrouter.example.com'

/** The user's own cluster: the operator runs in its pods, everything in one namespace that goes away again. */
export async function existingStage(
  { context, image }: ExistingCluster,
  signal: AbortSignal,
): Promise<Stage> {
  const places = ordinaryPlaces()
  const programs = {
    kubectl: await findProgram(PROGRAMS.kubectl, places),
    helm: await findProgram(PROGRAMS.helm, places),
  }
  const kubectl = (args: readonly string[], options?: CommandOptions) =>
    run(programs.kubectl, ['--context', context, '--namespace', NAMESPACE, ...args], options)
  const helm = (args: readonly string[], options?: CommandOptions) =>
    run(programs.helm, [...args, '--kube-context', context, '--namespace', NAMESPACE], options)
  const has = async (what: string, name: string) => {
    const found = await kubectl(['get', what, name, '--ignore-not-found', '--output=name'])
    return succeeded(found, `kubectl get ${what}`) !== ''
  }
  // Whatever is there when it begins would go away with it when it ends.
  if (await has('crd', CRD)) {
    throw new Error(`context ${context} already has Mcrouters; the demo installs the API itself`)
  }
  if (await has('namespace', NAMESPACE)) {
    throw new Error(
      `context ${context} already has namespace ${NAMESPACE}; delete it, or wait until it is gone`,
    )
  }

  const children = new Children('mcrouter-demo')
  const end = async () => {
    await children.end()
    await kubectl(['delete', 'crd', CRD, '--ignore-not-found'])
    await helm(['uninstall', RELEASE, '--ignore-not-found'])
    await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found'])
  }
  try {
    const install = ['install', RELEASE, CHART, '--create-namespace', '--wait', ...imageValues(image)]
    succeeded(await helm(install, { signal }), 'helm install')
    const forward = async (service: string, port: number) => {
      const local = await freePort()
      const args = ['--context', context, '--namespace', NAMESPACE, 'port-forward']
      await forwarding(
        children.start('port-forward', {
          file: programs.kubectl,
          args: [...args, `service/${service}`, `${local}:${port}`],
        }),
      )
      return local
    }
    const port = await forward(`${RELEASE}-server`, 443)
    return {
      description: `The cluster of context ${context}; all of the demo is in namespace ${NAMESPACE}.`,
      installation: `helm install ${RELEASE} charts/mcrouter-operator -n ${NAMESPACE} --create-namespace --wait`,
      namespace: NAMESPACE,
      kubectl,
      renderUrl: `https://localhost:${port}`,
      invitation: [
        `kubectl config use-context ${context}`,
        `kubectl config set-context --current -n ${NAMESPACE}`,
      ],
      router: async (name) => ({ host: '127.0.0.1', port: await forward(name, ROUTER_PORT) }),
      end,
    }
  } catch (error) {
    if (signal.aborted) process.stdout.write(`Interrupted: taking away what is in ${NAMESPACE} …\n`)
    await end()
    throw error
  }
}

async function forwarding(child: Child): Promise<void> {
  await eventually('kubectl port-forward listens', async () => {
    return (await child.log()).includes('Forwarding from')
  })
}

function imageValues(image: string | undefined): string[] {
  if (image === undefined) return []
  const colon = image.lastIndexOf(':')
  return [
    `--set=image.repository=${image.slice(0, colon)}`,
    `--set-string=image.tag=${image.slice(colon + 1)}`,
  ]
}
