import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import t from 'tap'
import { cacheDirectory, findProgram } from '../../../testing/control-plane/binaries.ts'
import { PROGRAMS } from '../../../testing/control-plane/release.ts'

const kubectl = PROGRAMS.kubectl
const wrongMinor = 'v1.2.3'

/** A program that only knows its version. */
async function install(path: string, version: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `#!/bin/sh\necho "Client Version: ${version}"\n`)
  await chmod(path, 0o755)
  return path
}

t.test('a program is looked for', async (t) => {
  const places = (directory: string) => ({
    env: { HOME: directory, PATH: join(directory, 'path'), KUBEBUILDER_ASSETS: join(directory, 'assets') },
    progress: () => {},
    download: async () => 'nobody answers',
  })

  t.test('then among the releases, before anything is built', async (t) => {
    const home = t.testdir()
    const download = async (_: unknown, destination: string) =>
      void (await install(destination, kubectl.version))
    const path = await findProgram(kubectl, { ...places(home), download })
    t.equal(path, join(cacheDirectory({ HOME: home }), `kubectl-${kubectl.version}`, 'kubectl'))
  })

  t.test('in KUBEBUILDER_ASSETS first, whatever its minor version', async (t) => {
    const home = t.testdir()
    const chosen = await install(join(home, 'assets', 'kubectl'), wrongMinor)
    await install(join(home, 'path', 'kubectl'), kubectl.version)
    t.equal(await findProgram(kubectl, places(home)), chosen)
  })

  t.test('then on PATH, if it is of the pinned minor version', async (t) => {
    const home = t.testdir()
    const installed = await install(join(home, 'path', 'kubectl'), kubectl.version)
    t.equal(await findProgram(kubectl, places(home)), installed)
  })

  t.test('then in the cache', async (t) => {
    const home = t.testdir()
    await install(join(home, 'path', 'kubectl'), wrongMinor)
    const { env } = places(home)
    const cached = join(cacheDirectory(env), `kubectl-${kubectl.version}`, 'kubectl')
    await install(cached, kubectl.version)
    t.equal(await findProgram(kubectl, places(home)), cached)
  })

  t.test('each by itself: Helm 3 is not taken for Helm 4', async (t) => {
    const home = t.testdir()
    const helm = await install(join(home, 'assets', 'helm'), PROGRAMS.helm.version)
    const helm3 = await install(join(home, 'path', 'helm'), PROGRAMS.helm3.version)
    t.equal(await findProgram(PROGRAMS.helm, places(home)), helm)
    t.equal(await findProgram(PROGRAMS.helm3, places(home)), helm3)
  })

  t.test('in vain without Go, which it says together with what helps', async (t) => {
    const home = t.testdir()
    await t.rejects(findProgram(kubectl, places(home)), {
      message:
        /kubectl v[\d.]+ is not in KUBEBUILDER_ASSETS, PATH or .*nobody answers.*\n.*\n.*HTTPS_PROXY.*\n.*go\.dev\/dl.*\n.*KUBEBUILDER_ASSETS/,
    })
  })
})

t.test(
  'what a process left that was killed in a download or a build is not used, and goes away',
  async (t) => {
    const home = t.testdir()
    const env = { HOME: home, PATH: join(home, 'path') }
    const directory = join(cacheDirectory(env), `kubectl-${kubectl.version}`)
    await install(join(directory, 'kubectl.Ab12Cd', 'kubectl'), kubectl.version)
    await install(join(directory, 'kubectl.4711.new'), kubectl.version)
    const downloaded: string[] = []
    const download = async (_: unknown, destination: string) => {
      downloaded.push(destination)
      await install(destination, kubectl.version)
      return undefined
    }
    await findProgram(kubectl, { env, progress: () => {}, download })
    t.strictSame(downloaded, [join(directory, 'kubectl')])
    t.strictSame(await readdir(directory), ['kubectl'])
  },
)

t.test('the cache is below XDG_CACHE_HOME, or below the home directory', (t) => {
  t.equal(cacheDirectory({ XDG_CACHE_HOME: '/cache', HOME: '/h' }), '/cache/mcrouter-operator/control-plane')
  t.equal(cacheDirectory({ HOME: '/h' }), '/h/.cache/mcrouter-operator/control-plane')
  t.end()
})

t.test('all of Kubernetes is of one release', (t) => {
  t.equal(PROGRAMS['kube-apiserver'].version, kubectl.version)
  t.equal(PROGRAMS['kube-controller-manager'].version, kubectl.version)
  t.end()
})
