import t from 'tap'
import packageJson from '../../package.json' with { type: 'json' }
import { run } from './terminal.ts'

t.test('--help lists the commands and --version is the version of the package', async (t) => {
  for (const flag of ['--help', '-h', 'help']) {
    const { code, out, error } = await run([flag])
    t.equal(code, 0)
    t.equal(error, '')
    for (const command of ['server', 'reconciler', 'render', 'explain', 'completion', 'help', 'version'])
      t.match(out, new RegExp(`^  ${command} `, 'm'))
  }
  for (const way of ['--version', '-v', 'version'])
    t.same(await run([way]), { code: 0, out: `${packageJson.version}\n`, error: '' })
})

t.test('help COMMAND is COMMAND --help', async (t) => {
  for (const command of ['render', 'explain', 'completion']) {
    const { code, out } = await run(['help', command])
    t.equal(code, 0)
    t.match(out, new RegExp(`^Usage: mcrouter-operator ${command} `))
    t.equal((await run([command, '--help'])).out, out)
  }
  t.match(await run(['help', 'rendr']), { code: 2, error: /no command "rendr" \(did you mean render\?\)/ })
  t.match(await run(['help', 'render', 'server']), { code: 2, error: /name one command/ })
})

t.test('what is called wrongly ends with 2 and says how it is done', async (t) => {
  for (const [argv, message] of [
    [[], /^mcrouter-operator: name a command; /],
    [['rendr'], /^mcrouter-operator: there is no command "rendr" \(did you mean render\?\); /],
    [['toString'], /^mcrouter-operator: there is no command "toString"; /],
    [['render'], /-f FILE/],
    [['render', '-f', 'a', '--what'], /there is no flag --what; see/],
    [['render', '-f', 'a', '--nmespace=b'], /there is no flag --nmespace; did you mean --namespace\?/],
    [['render', '-f'], /--filename needs a value: --filename=FILE/],
    [['render', '--namespace', '-f', 'a'], /--namespace needs a value: --namespace=NAMESPACE/],
    [['render', '-f', 'a', '--recursive=yes'], /--recursive takes no value/],
    [['render', 'cr.yaml'], /"cr\.yaml" is no flag; a file is named with -f FILE/],
    [['server', 'stray'], /"stray" is no flag; see/],
    [
      ['render', '-f', '-', '-o', 'xml'],
      /^mcrouter-operator render: --output=xml is not one of yaml, json; /,
    ],
    [['render', '-f', '-', '--show', 'all'], /--show=all is not one of manifests, config/],
    [['render', '-f', '-', '--cluster-domain', 'a b'], /--cluster-domain=a b is not a DNS domain/],
    [['render', '-f', '-', '--cluster-domain', `${'a'.repeat(64)}.local`], /is not a DNS domain/],
    [['render', '-f', '-', '-n', 'Bad_One'], /--namespace: "Bad_One" is not the name of a namespace/],
    [['server', '--listen=nonsense'], /^mcrouter-operator server: --listen=nonsense is not \[HOST\]:PORT/],
    [['reconciler', '--concurrency=0'], /^mcrouter-operator reconciler: --concurrency=0 is not/],
  ] as const) {
    const { code, out, error } = await run(argv)
    t.equal(code, 2, argv.join(' '))
    t.equal(out, '')
    t.match(error, message)
    const [, command = ''] = /^(mcrouter-operator(?: \w+)?): /.exec(error) ?? []
    t.ok(error.endsWith(`; see ${command} --help\n`), error)
  }
})
