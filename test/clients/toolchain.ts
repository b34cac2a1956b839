import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../testing/process/command.ts'

type Command = readonly [file: string, ...args: string[]]

/** What runs the programs of a language. */
export interface Toolchain {
  /** As people write it. */
  readonly language: string
  /** Of its sources. */
  readonly folder: string
  /** Succeeds where it is there. */
  readonly probe: Command
  readonly advice: string
  /** Fetch and build what the programs need, in a copy of the sources. */
  readonly prepare: readonly Command[]
}

export const PYTHON: Toolchain = {
  language: 'Python',
  folder: 'python',
  probe: ['python3', '-m', 'pip', '--version'],
  advice: 'install Python 3 with pip',
  prepare: [
    ['python3', '-m', 'pip', 'install', '--quiet', '--target=packages', '--requirement=requirements.txt'],
  ],
}

export const JAVASCRIPT: Toolchain = {
  language: 'Node.js',
  folder: 'javascript',
  probe: ['npm', '--version'],
  advice: 'install npm',
  prepare: [['npm', 'ci', '--no-audit', '--no-fund', '--silent']],
}

export const GO: Toolchain = {
  language: 'Go',
  folder: 'go',
  probe: ['go', 'version'],
  advice: 'install Go 1.26 or later',
  prepare: [['go', 'build', '-o', 'gomemcache', '.']],
}

export const JAVA: Toolchain = {
  language: 'Java',
  folder: 'java',
  probe: ['sh', '-c', 'mvn --version && javac -version'],
  advice: 'install a JDK, 17 or later, and Maven',
  prepare: [
    [
      'mvn',
      '--quiet',
      '--batch-mode',
      'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies',
      '-DoutputDirectory=.',
    ],
    ['sh', '-c', 'javac -cp "*" *.java'],
  ],
}

export const RUST: Toolchain = {
  language: 'Rust',
  folder: 'rust',
  probe: ['cargo', '--version'],
  advice: 'install Rust with cargo',
  prepare: [['cargo', 'build', '--quiet', '--locked']],
}

export const PHP: Toolchain = {
  language: 'PHP',
  folder: 'php',
  probe: ['php', '-r', 'exit(extension_loaded("memcached") ? 0 : 1);'],
  advice: 'install PHP with its extension memcached (Debian: php-cli php-memcached)',
  prepare: [],
}

export const RUBY: Toolchain = {
  language: 'Ruby',
  folder: 'ruby',
  probe: ['ruby', '-rdalli', '-e', ''],
  advice: 'install Ruby with dalli 3 (Debian: ruby-dalli)',
  prepare: [],
}

/** What it takes is not on this machine. */
export class Missing extends Error {}

/** A copy of the sources with all that the programs need; made once, until a source changes. */
export async function prepared(toolchain: Toolchain, cache: string): Promise<string> {
  const { language, folder, probe, advice, prepare } = toolchain
  if (!(await succeeds(probe))) throw new Missing(`${language} is not here: ${advice}`)
  const sources = join(import.meta.dirname, folder)
  const directory = join(cache, folder)
  const stamp = join(directory, 'prepared')
  const digest = digestOf(sources)
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return directory
  rmSync(directory, { recursive: true, force: true })
  cpSync(sources, directory, { recursive: true })
  for (const [file, ...args] of prepare) {
    const { code, stdout, stderr } = await run(file, args, { cwd: directory })
    if (code !== 0) throw new Error(`${file} ${args.join(' ')} failed for ${language}:\n${stdout}${stderr}`)
  }
  writeFileSync(stamp, digest)
  return directory
}

async function succeeds([file, ...args]: Command): Promise<boolean> {
  return run(file, args).then(
    ({ code }) => code === 0,
    // spawn fails with ENOENT when there is no such program.
    () => false,
  )
}

function digestOf(directory: string): string {
  const hash = createHash('sha256')
  const files = globSync('**/*.*', { cwd: directory }).sort()
  for (const file of files) hash.update(file).update(readFileSync(join(directory, file)))
  return hash.digest('hex')
}
