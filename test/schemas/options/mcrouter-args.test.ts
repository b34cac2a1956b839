import t from 'tap'
import { flagsFor } from '../../../routing/flags.ts'
import type { Release } from '../../../schemas/mcrouter.ts'
import { mcrouterComplaints } from '../../../schemas/options/mcrouter-args.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'

function said(args: readonly string[], release: Release = 'current', threads = 2): string[] {
  const fieldOf = (setting: string) => `router.${setting}`
  return mcrouterComplaints(args, { release, threads, fieldOf }).map(
    ({ index, kind, written, words }) => `[${index}] ${kind}: ${written}: ${words}`,
  )
}

t.test('sensible options are taken', async (t) => {
  t.same(
    said([
      '--keepalive-count=3',
      '--send-invalid-route-to-default',
      '--route-prefix=/eu/a/',
      '--connect-timeout-retries=2',
      '--num-listening-sockets=2',
    ]),
    [],
  )
})

t.test('what the operator sets is refused with the field to use, or with the reason', async (t) => {
  t.same(said(['--port=1', '-p', '--num-proxies=4', '--server-timeout=5', '-t5', '--config-str={}']), [
    '[0] forbidden: --port: set router.port instead',
    '[1] forbidden: -p: set router.port instead',
    '[2] forbidden: --num-proxies: set router.threads instead',
    '[3] forbidden: --server-timeout: set router.serverTimeout instead',
    '[4] forbidden: -t5: set router.serverTimeout instead',
    '[5] forbidden: --config-str: set router.config instead',
  ])
  const own = flagsFor(mcrouterWith()).map((flag) => flag.split('=')[0] ?? '')
  t.ok(own.length > 8)
  for (const flag of own)
    t.match(said([flag]), [/forbidden: .*(set router\.\w+ instead|set by the operator)/], flag)
})

t.test('no other file, socket or source of configuration can be reached', async (t) => {
  for (const arg of [
    '--unix-domain-sock=/tmp/x',
    '--listen-addresses=0.0.0.0',
    '--listen-sock-fd=3',
    '--ssl-port=5001',
    '--log-path=/tmp/x',
    '-L/tmp/x',
    '--runtime-vars-file=/tmp/x',
    '--async-dir=/tmp/x',
    '--pem-key-path=/tmp/x',
    '--server-pem-key-path=/tmp/x',
    '--config=file:/tmp/x',
    '-f/tmp/x',
    '--stats-root=/tmp/x',
    '--debug-fifo-root=/tmp/x',
    '--config-dump-root=/tmp/x',
    '--validate-config',
    '--verbosity=1',
    '-v',
    '--enable-qos',
    '--enable-logging-route',
    '--no-network',
  ])
    t.match(said([arg]), [/forbidden/], arg)
})

t.test('what is not known is refused, with the nearest of the release', async (t) => {
  t.match(said(['--keepalive-cout=3', 'flavor', '--', '-Q', '-K3', '--Port=1', '--prot']), [
    /\[0\] unknown: --keepalive-cout: no option of mcrouter, release current; did you mean --keepalive-count\?/,
    /\[1\] invalid: flavor: is no option of mcrouter: write --name, or --name=value in one item/,
    /\[2\] unknown: --: /,
    /\[3\] unknown: -Q: /,
    /\[4\] invalid: -K3: must be written --keepalive-count=…/,
    /\[5\] unknown: --Port: .*did you mean --port\?/,
    /\[6\] unknown: --prot: .*did you mean --port\?/,
  ])
})

t.test('each release has its own options', async (t) => {
  t.match(said(['--connect-timeout-retries=2', '--thread-affinity'], '37'), [
    '[0] unknown: --connect-timeout-retries: no option of release 37, but of 40, 41, current',
    '[1] unknown: --thread-affinity: no option of release 37, but of 41, current',
  ])
  t.same(said(['--maximum-soft-tkos=4', '--disable-miss-on-get-errors'], '37'), [])
  t.match(said(['--maximum-soft-tkos=4', '--disable-miss-on-get-errors']), [/of 37$/, /of 37, 40, 41$/])
})

t.test('values are held to their type and range', async (t) => {
  for (const arg of [
    '--keepalive-count',
    '--keepalive-count=',
    '--keepalive-count=-1',
    '--keepalive-count=1s',
    '--send-invalid-route-to-default=1',
    '--route-prefix=/eu/',
    '--route-prefix=eu',
    '--max-client-outstanding-reqs=0',
    '--fibers-stack-size=1024',
  ])
    t.match(said([arg]), [/invalid/], arg)
  t.match(said(['--num-listening-sockets=3']), [
    /must be at most the number of proxy threads, which is 2: see router\.threads/,
  ])
  t.match(said(['--keepalive-count=1', '--keepalive-count=2']), [
    '[1] duplicate: --keepalive-count: is there already',
  ])
})
