import { delimiter, join } from 'node:path'
import t from 'tap'
import { ROOT } from '../../testing/operator/launch.ts'
import { run } from '../../testing/process/command.ts'
import { routerProgram } from '../clients/stage.ts'

const main = join(ROOT, 'bench', 'main.ts')
// In the place of a real one, where there is none.
const programs = t.testdir()
await routerProgram(programs)
const env = { ...process.env, PATH: `${process.env.PATH}${delimiter}${programs}` }
const bench = (...args: string[]) => run(process.execPath, [main, ...args], { cwd: ROOT, env })

// What they measure here means nothing; that they still run does.
t.setTimeout(600_000)

async function names(): Promise<string[]> {
  const { stdout } = await bench('--help')
  return /^Names: (.*)$/m.exec(stdout)?.[1]?.split(', ') ?? []
}

t.test('every benchmark runs', async (t) => {
  const { code, stdout, stderr } = await bench('--quick')
  t.equal(code, 0, stderr)
  const [, ...sections] = stdout.split('\n## ')
  const leftOut = stderr.match(/ is left out: it needs /g) ?? []
  const named = await names()
  t.ok(named.includes('rendering'))
  t.equal(sections.length + leftOut.length, named.length)
  for (const section of sections) t.match(section, /^.+\n\n\| what \|.*\n\| --- .*\n\| \S.* \|\n/)
})

t.test('an unknown name is told from the known', async (t) => {
  const { code, stdout } = await bench('speed')
  t.equal(code, 2)
  t.match(stdout, /^Names: rendering, /m)
})
