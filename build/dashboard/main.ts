import { fileURLToPath } from 'node:url'
import { writeOrCheck } from '../generated.ts'
import { dashboard } from './dashboard.ts'

// Writes Grafana's dashboard into the chart: `node build/dashboard/main.ts`. With --check it writes nothing and ends with 1 when the
// file differs.

const FILE = new URL('../../charts/mcrouter-operator/files/dashboard.json', import.meta.url)

writeOrCheck(fileURLToPath(FILE), `${JSON.stringify(dashboard, undefined, 2)}\n`)
