import type { JsonObject } from '../../schemas/json.ts'
import { anyName, type Strike } from './strike.ts'

const labels = (instance: string, component: string): Record<string, string> => ({
  'app.kubernetes.io/name': 'mcrouter',
  'app.kubernetes.io/instance': instance,
  'app.kubernetes.io/component': component,
  'app.kubernetes.io/part-of': 'mcrouter',
  'app.kubernetes.io/managed-by': 'mcrouter-operator',
})
const container = { name: 'memcached', image: 'example.com/memcached:1' }
const template = (of: Record<string, string>): JsonObject => ({
  metadata: { labels: of },
  spec: { containers: [container] },
})

const configMap: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  const pools = { memcached: { servers: random.pick([['x'], [], ['a:1', 'b:2', 'c:3', 'd:4']]) } }
  const data = { 'config.json': random.pick([JSON.stringify({ pools }), '{', '{"pools":null}']) }
  await intruder.apply('ConfigMap', {
    metadata: { name: random.pick(['aa', `${name}-backup`]), labels: labels(name, 'mcrouter') },
    data,
  })
  await intruder.mcrouter(name, { memcached_pool_size: random.integer(1, 4) })
}

const statefulSet: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  const of = labels(name, 'memcached')
  await intruder.apply('StatefulSet', {
    metadata: { name: `${name}-experiment`, labels: of },
    spec: { serviceName: name, replicas: 1, selector: { matchLabels: of }, template: template(of) },
  })
  await intruder.mcrouter(name, { memcached_pool_size: random.integer(1, 4) })
}

/** Before there is a Mcrouter of that name. */
const service: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  const selector = random.pick([{ app: `${name}-cache`, tier: 'db' }, { app: 'other' }])
  await intruder.remove('Mcrouter', name)
  await intruder.apply('Service', { metadata: { name }, spec: { selector, ports: [{ port: 80 }] } })
  await intruder.mcrouter(name, {})
}

const strangersConfig: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  await intruder.remove('Mcrouter', name)
  await intruder.apply('ConfigMap', { metadata: { name: `${name}-config` }, data: { 'config.json': '{}' } })
  await intruder.mcrouter(name, {})
}

const pods: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  const component = random.pick(['memcached', 'mcrouter'])
  const rogue = `${name}-${component}-${random.integer(0, 9)}`
  await intruder.remove('Pod', rogue)
  await intruder.apply('Pod', {
    metadata: { name: rogue, labels: labels(name, component) },
    spec: { containers: [container] },
  })
}

/** Objects that only look like the operator's. */
export const LOOK_ALIKES: readonly Strike[] = [configMap, statefulSet, service, strangersConfig, pods]
