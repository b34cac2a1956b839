import { globSync, readFileSync } from 'node:fs'
import { join, matchesGlob } from 'node:path'
import t from 'tap'
import { ROOT } from '../testing/operator/launch.ts'

const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const ci = readFileSync(join(ROOT, '.ci/run'), 'utf8')

/** The files of a script: those that its pattern names, or all but those that it excludes. */
function filesOf(script: string, all: readonly string[]): string[] {
  const [, isExcluded, pattern = ''] = /(--exclude=)?'(test\/[^']+)'/.exec(scripts[script]) ?? []
  return all.filter((file) => matchesGlob(file, pattern) === (isExcluded === undefined))
}

t.test(
  'CI runs each test file once, and so whatever `npm test` and `npm run test:extended` run',
  async (t) => {
    const all = globSync('test/**/*.test.ts', { cwd: ROOT })
    const run = [...ci.matchAll(/npm run (test:\w+) \|\|/g)].map(([, script = '']) => script)
    t.same(run.toSorted(), ['test:chart', 'test:contract', 'test:faults', 'test:fuzz', 'test:unit'])
    const files = run.flatMap((script) => filesOf(script, all))
    t.equal(new Set(files).size, files.length, 'none twice')
    // On a cluster with nodes, and with libraries from elsewhere.
    const others = all.filter((file) => !/^test\/(e2e|clients)\//.test(file))
    t.same(files.toSorted(), others.toSorted())
    const named = [...filesOf('test', all), ...filesOf('test:extended', all)]
    t.same(named.toSorted(), others.toSorted())
    for (const command of ['npm run check', 'npm run test:e2e']) t.match(ci, command)
  },
)
