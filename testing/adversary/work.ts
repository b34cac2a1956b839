import { anyName, type Strike } from './strike.ts'

/** Bytes; the API server takes a little more, and no more than 256 KiB of annotations in all. */
const CONFIG_MAP = 900_000
const ANNOTATIONS = 250_000

/** At most so many stay: what is to be filled is the operator's memory, not the disk of this machine. */
const KEPT = 100

const bulk: Strike = async ({ random, intruder }) => {
  const name = `bulk-${random.integer(1, KEPT)}`
  const labels = {
    'app.kubernetes.io/managed-by': 'mcrouter-operator',
    'app.kubernetes.io/instance': random.pick([name, anyName(random)]),
  }
  await intruder.apply('ConfigMap', { metadata: { name, labels }, data: { text: 'x'.repeat(CONFIG_MAP) } })
}

const retiring: Strike = async ({ random, intruder }) => {
  const count = random.integer(1_000, 40_000)
  const same = 'a,'.repeat(ANNOTATIONS / 2)
  const different = Array.from({ length: count }, (_, index) => index.toString(36)).join()
  const value = random.pick([same, different])
  await intruder.annotate(anyName(random), { 'mcrouter.example.com/retiring': value })
}

const annotations: Strike = async ({ random, intruder }) => {
  await intruder.annotate(anyName(random), { note: 'x'.repeat(random.integer(1, ANNOTATIONS)) })
}

const lessAnnotations: Strike = async ({ random, intruder }) => {
  await intruder.annotate(anyName(random), { note: null, 'mcrouter.example.com/retiring': null })
}

/** One change after the other, each of which is worth a pass. */
const churn: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  for (let change = 0; change < 20; change += 1)
    await intruder.mcrouter(name, { memcached_pool_size: random.integer(1, 4) })
}

const rivalStatus: Strike = async ({ random, intruder }) => {
  const name = anyName(random)
  for (let write = 0; write < 20; write += 1)
    await intruder.rival(name, { observedGeneration: random.integer(0, 99), servers: null })
}

/** Work that is made for the reconciler. */
export const WORK: readonly Strike[] = [
  bulk,
  retiring,
  annotations,
  lessAnnotations,
  churn,
  churn,
  rivalStatus,
]
