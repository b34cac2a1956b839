import t from 'tap'
import packageJson from '../../package.json' with { type: 'json' }
import { run } from './terminal.ts'

t.test('--help lists the commands and --version is the version of the package', async (t) => {
  for (const flag of ['--help', '-h', 'help']) {
    const { code, out, error } = await run([flag])
    t.equal(code, 0)
    t.equal(error, '')
    for (const command of ['server', 'reconciler', 'render']) t.match(out, new RegExp(`^  ${command} `, 'm'))
  }
  t.same(await run(['--version']), { code: 0, out: `${packageJson.version}\n`, error: '' })
})

t.test('what is called wrongly ends with 2 and says how it is done', async (t) => {
  for (const [argv, message] of [
    [[], /^Name a command\./],
    [['rendr'], /^There is no command "rendr"\. Did you mean render\?/],
    [['toString'], /^There is no command "toString"\./],
    [['render'], /-f FILE/],
    [['render', '-f', 'a', '--what'], /Unknown option '--what'/],
    [['render', '-f'], /argument missing/],
    [['render', '-f', '-', '-o', 'xml'], /^--output must be yaml or json, not "xml"\./],
    [['render', '-f', '-', '--show', 'all'], /^--show must be manifests or config/],
    [['render', '-f', '-', '--cluster-domain', 'a b'], /^--cluster-domain must be a DNS name/],
  ] as const) {
    const { code, out, error } = await run(argv)
    t.equal(code, 2, argv.join(' '))
    t.equal(out, '')
    t.match(error, message)
    t.match(error, /\nSee: mcrouter-operator( render)? --help\n$/)
  }
})
