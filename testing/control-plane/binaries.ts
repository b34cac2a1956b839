import { access, constants, mkdir, readdir, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { run } from '../process/command.ts'
import { build, goVersion, type Progress } from './build.ts'
import { type Download, downloads } from './download.ts'
import { locked } from './lock.ts'
import { OFFICIAL } from './published.ts'
import { PROGRAMS, type Program, type ProgramName } from './release.ts'

/** Where each program is. */
export type Binaries = Readonly<Record<ProgramName, string>>

export interface Places {
  readonly env: NodeJS.ProcessEnv
  readonly progress: Progress
  readonly download: Download
}

const onStderr: Progress = (line) => process.stderr.write(`control plane: ${line}\n`)

/** The places of this machine, and the official releases. */
export function ordinaryPlaces(env: NodeJS.ProcessEnv = process.env, progress: Progress = onStderr): Places {
  const platform = `${process.platform}-${process.arch}`
  return {
    env,
    progress,
    download: downloads({ origins: OFFICIAL, env, progress, answerMs: 5_000, platform }),
  }
}

/** Finds every program, downloading or building what is nowhere to be found. Rejects with what to do when it cannot. */
export async function findBinaries(places: Places = ordinaryPlaces()): Promise<Binaries> {
  const find = (name: ProgramName) => findProgram(PROGRAMS[name], places)
  return {
    etcd: await find('etcd'),
    'kube-apiserver': await find('kube-apiserver'),
    'kube-controller-manager': await find('kube-controller-manager'),
    kubectl: await find('kubectl'),
    helm: await find('helm'),
    helm3: await find('helm3'),
  }
}

/** KUBEBUILDER_ASSETS, then PATH, then the cache, else downloaded or built into the cache. */
export async function findProgram(program: Program, places: Places): Promise<string> {
  const { env } = places
  const assets = env.KUBEBUILDER_ASSETS
  // Whoever sets it chooses the release; only Helm's major version decides what is asked for.
  const chosen = assets && (await firstMatch(program, [assets], sameMajor))
  if (chosen) return chosen
  const installed = await firstMatch(program, (env.PATH ?? '').split(delimiter), sameMinor)
  return installed ?? cachedOrMade(program, places)
}

async function cachedOrMade(program: Program, places: Places): Promise<string> {
  const directory = cacheDirectory(places.env)
  const cached = join(directory, `${program.name}-${program.version}`, program.name)
  if (await isExecutable(cached)) return cached
  await mkdir(directory, { recursive: true })
  await locked(join(directory, 'build.lock'), async () => {
    // Another process may have made it while this one waited.
    if (!(await isExecutable(cached))) await make(program, cached, places)
  })
  return cached
}

async function make(program: Program, cached: string, { env, progress, download }: Places): Promise<void> {
  await removeLeftovers(cached)
  const reason = await download(program, cached)
  if (reason === undefined) return
  progress(`no download of ${program.name} ${program.version}: ${reason}`)
  if ((await goVersion(env)) === undefined)
    throw new Error(adviceWithoutGo(program, cacheDirectory(env), reason))
  await build(program, cached, progress)
}

/** What a process that was killed has left beside the program. Nobody makes it now: the lock is held. */
async function removeLeftovers(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  for (const name of await readdir(dirname(path))) {
    if (!name.startsWith(`${basename(path)}.`)) continue
    await rm(join(dirname(path), name), { recursive: true, force: true })
  }
}

/** $XDG_CACHE_HOME (or ~/.cache)/mcrouter-operator/control-plane */
export function cacheDirectory(env: NodeJS.ProcessEnv): string {
  const root = env.XDG_CACHE_HOME || join(env.HOME ?? homedir(), '.cache')
  return join(root, 'mcrouter-operator', 'control-plane')
}

type Accepts = (wanted: readonly string[], actual: readonly string[]) => boolean
const sameMajor: Accepts = (wanted, actual) => wanted[0] === actual[0]
const sameMinor: Accepts = (wanted, actual) => wanted[0] === actual[0] && wanted[1] === actual[1]

async function firstMatch(
  program: Program,
  directories: readonly string[],
  accepts: Accepts,
): Promise<string | undefined> {
  for (const directory of directories.filter(Boolean)) {
    for (const file of program.files) {
      const path = join(directory, file)
      if (!(await isExecutable(path))) continue
      if (accepts(numbers(program.version), await versionOf(path, program))) return path
    }
  }
  return undefined
}

async function versionOf(path: string, program: Program): Promise<readonly string[]> {
  const { stdout, stderr } = await run(path, program.versionArgs)
  return numbers(stdout || stderr)
}

/** [major, minor, patch] of the first version in a text. */
function numbers(text: string): readonly string[] {
  return /(\d+)\.(\d+)\.(\d+)/.exec(text)?.slice(1) ?? []
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function adviceWithoutGo(program: Program, cache: string, reason: string): string {
  return [
    `${program.name} ${program.version} is not in KUBEBUILDER_ASSETS, PATH or ${cache}, cannot be downloaded (${reason}), and there is no Go to build it.`,
    'Do one of these:',
    '  - let this machine reach the releases, by HTTPS_PROXY where there is a proxy;',
    '  - install Go 1.26 or later (https://go.dev/dl): everything is then built once, which takes minutes;',
    `  - set KUBEBUILDER_ASSETS to a directory with ${Object.keys(PROGRAMS).join(', ')}.`,
  ].join('\n')
}
