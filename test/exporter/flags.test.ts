import t from 'tap'
import { help, parseFlags } from '../../exporter/flags.ts'

t.test('flags', async (t) => {
  t.strictSame(parseFlags([]), {
    host: undefined,
    port: 8080,
    watchNamespaces: undefined,
    kubeconfig: undefined,
    context: undefined,
    logLevel: 'info',
  })
  t.match(parseFlags(['--watch-namespaces=red,blue', '--listen=[::1]:9000', '--log-level=debug']), {
    host: '::1',
    port: 9000,
    watchNamespaces: ['red', 'blue'],
    logLevel: 'debug',
  })
  t.equal(parseFlags(['--help']), undefined)
  t.match(help(), 'GET /probe?target=IP:PORT&module=mcrouter|memcached')
  for (const wrong of ['--watch-namespaces=Red', '--listen=8080', '--log-level=loud', '--concurrency=1', 'x'])
    t.throws(() => parseFlags([wrong]), { name: 'FlagsError' }, wrong)
})
