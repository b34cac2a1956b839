import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Children } from '../../../testing/process/children.ts'
import { run } from '../../../testing/process/command.ts'
import { startPrometheus } from '../../../testing/prometheus.ts'
import { dashboard } from '../dashboard.ts'
import { drawingOf } from './drawing.ts'
import { openMetrics } from './openmetrics.ts'
import { type Queried, queried } from './queried.ts'
import { MINUTES, SHOWN } from './scenario/course.ts'
import { scenario } from './scenario/scenario.ts'

// Draws docs/dashboard.svg: `npm run dashboard:picture`. It needs prometheus and promtool (Debian: prometheus).

/** Of no meaning; a fixed one, so that the picture is the same each time. */
const START = Date.UTC(2026, 0, 5) / 1000
const FILE = fileURLToPath(new URL('../../../docs/dashboard.svg', import.meta.url))

const programs = new Children('dashboard')
try {
  const file = join(programs.directory, 'samples.txt')
  const data = join(programs.directory, 'tsdb')
  mkdirSync(data)
  writeFileSync(file, openMetrics(scenario, START))
  const { code, stderr } = await run('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, data])
  if (code !== 0) throw new Error(stderr)
  const prometheus = await startPrometheus(programs, {}, data)
  const chosen = { namespace: 'shop', mcrouter: 'sessions', pool: '.*', rateInterval: '4m' }
  const end = START + 60 * MINUTES
  const window = { start: end - 60 * SHOWN, end, step: 120 }
  const shown: Queried[] = []
  for (const panel of dashboard.panels ?? [])
    if ('targets' in panel) shown.push(await queried(prometheus, panel, chosen, window))
  writeFileSync(FILE, drawingOf(`${dashboard.title} shop/sessions`, dashboard.panels ?? [], shown, window))
} finally {
  await programs.end()
}
