import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startKubelet } from '../../testing/kubelet/index.ts'
import { Children } from '../../testing/process/children.ts'
import { buildApplication } from '../support/application.ts'
import { startSoakedOperator } from './operator.ts'
import { faults } from './outcome.ts'
import { reportOf } from './report.ts'
import { shortenLives } from './short-lives.ts'
import { Soak, type SoakOptions } from './soak.ts'

const USAGE = `Usage: npm run soak [-- flags]

Churns Mcrouters on a control plane of its own, restarts every part and rotates certificates; writes what it counted.
  --minutes=60      how long
  --mcrouters=300   how many Mcrouters
  --rate=1          operations a second
  --bound=10        seconds that objects may take to become as a stored spec says
  --seed=N          the same seed, the same operations
  --out=FILE        bench/soak.json by default; npm run bench -- --document puts it into docs/benchmarks.md
Exit code: 1 when anything was lost, late or wrong.
`

const MINUTE = 60_000
const SOAK = new URL('../soak.json', import.meta.url)

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      minutes: { type: 'string', default: '60' },
      mcrouters: { type: 'string', default: '300' },
      rate: { type: 'string', default: '1' },
      bound: { type: 'string', default: '10' },
      seed: { type: 'string', default: `${Date.now() % 2 ** 31}` },
      out: { type: 'string' },
    },
  })
  if (values.help) {
    process.stdout.write(USAGE)
    return 0
  }
  return await soak(values.out ?? SOAK, {
    minutes: positive('minutes', values.minutes),
    mcrouters: positive('mcrouters', values.mcrouters),
    rate: positive('rate', values.rate),
    boundMs: 1000 * positive('bound', values.bound),
    seed: Number(values.seed),
    say: (line) => process.stderr.write(`${line}\n`),
  })
}

async function soak(out: string | URL, options: SoakOptions): Promise<number> {
  options.say(`seed ${options.seed}`)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => stop.abort(new Error(`by ${signal}`)))
  }
  const children = new Children('mcrouter-soak')
  const application = await buildApplication(join(children.directory, 'app'))
  await shortenLives(join(application.directory, 'dist'), livesFor(options.minutes * MINUTE))
  const operator = await startSoakedOperator(application)
  options.say(`everything that runs logs into ${operator.controlPlane.directory}`)
  const kubelet = await startKubelet(operator.controlPlane.client)
  try {
    const outcome = await new Soak(operator, options).run(stop.signal)
    const report = reportOf(outcome)
    await writeFile(out, `${JSON.stringify(report, null, 2)}\n`)
    process.stdout.write(`# ${report.title}\n\n${report.markdown}\n`)
    return faults(outcome).length === 0 ? 0 : 1
  } finally {
    await kubelet.stop()
    await operator.stop()
    await children.end()
  }
}

/**
 * A few CAs and more serving certificates in the time there is; but a serving certificate is renewed long enough before
 * its end for the one reconciler to have taken over from the other.
 */
function livesFor(durationMs: number) {
  const authority = Math.max(72_000, Math.min(15 * MINUTE, durationMs / 2))
  return {
    authority,
    serving: Math.round(authority / 3),
    allowance: Math.min(5_000, Math.round(authority / 20)),
    propagation: Math.round(authority / 24),
    lookAgain: Math.round(authority / 36),
  }
}

function positive(name: string, value: string): number {
  const number = Number(value)
  if (number > 0 && Number.isFinite(number)) return number
  throw new Error(`--${name}=${value} is not a number above 0`)
}

process.exitCode = await main()
