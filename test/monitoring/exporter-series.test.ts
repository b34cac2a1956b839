import t from 'tap'
import { MODULES } from '../../exporter/modules/modules.ts'
import { exposed, MCROUTER, MEMCACHED } from '../exporter/target.ts'
import { routerSeries, SERVER_SERIES } from './exporter-series.ts'

const TEXTS = (
  [
    ['mcrouter', MCROUTER],
    ['memcached', MEMCACHED],
  ] as const
)
  .map(([module, said]) => `${MODULES[module].up.head}${exposed(module, said)}`)
  .join('')
const SERVER = { server: '', pool: '', shard: '', copy: '' }

t.test('what alerts and the dashboard are tested with is what the exporter tells', async (t) => {
  for (const { name, type, labels } of [...routerSeries([SERVER]), ...SERVER_SERIES]) {
    t.ok(TEXTS.includes(`# TYPE ${name} ${type}\n`), `${name} is a ${type}`)
    const [, sample] = new RegExp(`^${name}\\{namespace="[^"]*",?(.*)\\} \\S+$`, 'm').exec(TEXTS) ?? []
    // Whether it answers is told by what asks.
    if (name.endsWith('_up')) continue
    const own = [...(sample ?? '').matchAll(/(\w+)="/g)].map(([, label]) => label)
    t.strictSame(own.sort(), Object.keys(labels[0] ?? {}).sort(), `labels of ${name}`)
  }
})
