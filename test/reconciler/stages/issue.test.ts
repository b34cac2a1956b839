import { X509Certificate } from 'node:crypto'
import t from 'tap'
import type { KubeApi, KubeObject } from '../../../reconciler/kube/api.ts'
import { ApiError } from '../../../reconciler/kube/connection/errors.ts'
import { ObjectState } from '../../../reconciler/object-state.ts'
import { record } from '../../../reconciler/observe/untyped.ts'
import { ownerReference } from '../../../reconciler/plan/owner.ts'
import { type Change, withOwner } from '../../../reconciler/plan/plan.ts'
import type { ReconcilerEvent } from '../../../reconciler/reconciler-event.ts'
import { issue } from '../../../reconciler/stages/issue.ts'
import { render } from '../../../render/index.ts'
import type { JsonObject } from '../../../schemas/json.ts'
import { mcrouterWith } from '../../../testing/mcrouter.ts'
import { TestClock } from '../../support/clock.ts'
import { MCROUTER, passWith } from '../reconcile-context.ts'
import { deploymentWith } from '../reconcile-report.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const SECURE = { release: 'current' } as const
const ISSUED = mcrouterWith({ routers: SECURE, memcached: { tls: { issuer: 'Operator' } } })
const PLAIN = mcrouterWith({ routers: SECURE })
const BOTH = ['Deployment', 'StatefulSet']

function failing(status: number, reason: string): never {
  throw new ApiError(`answer ${status}`, { status, reason })
}

/** Passes with the same memory, over an API server with at most one Secret. */
class World {
  secret: KubeObject | undefined
  /** What a policy says of it, or the API server. */
  refusal: number | undefined
  readonly calls: string[] = []
  readonly events: ReconcilerEvent[] = []
  readonly clock = new TestClock()
  state = new ObjectState()

  readonly #api: Partial<KubeApi> = {
    merge: async (_, { name }, patch) => {
      this.calls.push(`merge ${Object.keys(patch)}`)
      if (this.refusal !== undefined) failing(this.refusal, 'Invalid')
      if (this.secret === undefined || this.secret.metadata.name !== name) failing(404, 'NotFound')
      const metadata = { ...this.secret.metadata, ...record(patch.metadata) }
      this.secret = { ...this.secret, ...patch, metadata }
      return this.secret
    },
    create: async (_, object) => {
      this.calls.push('create')
      const metadata = { name: '', uid: 'u', resourceVersion: '1', ...record(object.metadata) }
      this.secret = { apiVersion: 'v1', kind: 'Secret', ...object, metadata }
      return this.secret
    },
  }

  async pass(mcrouter = ISSUED, rest: JsonObject = { issueCertificates: true }) {
    const { manifests } = render(mcrouter, { clusterDomain: 'cluster.local' })
    const changes: Change[] = manifests.map((manifest) => ({
      action: 'create',
      manifest: withOwner(manifest, ownerReference(MCROUTER)),
    }))
    const { clock, state } = this
    const context = passWith(this.#api, this.events, MCROUTER, { clock, state, ...rest })
    const { issued, changes: left } = await issue(context, { mcrouter, changes })
    const kinds = left.map((change) => ('manifest' in change ? change.manifest.kind : ''))
    return { ...issued, written: kinds.filter((kind) => /Deployment|StatefulSet/.test(kind)) }
  }

  get certificate(): X509Certificate {
    return new X509Certificate(Buffer.from(String(record(this.secret?.data)['tls.crt']), 'base64'))
  }
}

t.test('one that asks for nothing costs nothing', async (t) => {
  const world = new World()
  const { problems, requeueAfterMs } = await world.pass(PLAIN)
  t.same([problems, requeueAfterMs, world.calls], [[], Number.POSITIVE_INFINITY, []])
})

t.test('it is made once, of the Mcrouter and with it', async (t) => {
  const world = new World()
  t.same(await world.pass(), {
    problems: [],
    requeueAfterMs: HOUR_MS,
    written: BOTH,
  })
  t.match(world.secret, {
    type: 'kubernetes.io/tls',
    metadata: {
      name: 'cache-memcached-tls',
      namespace: 'shop',
      labels: { 'app.kubernetes.io/managed-by': 'mcrouter-operator', 'app.kubernetes.io/instance': 'cache' },
      ownerReferences: [{ kind: 'Mcrouter', uid: 'u-cache', controller: true }],
    },
  })
  t.equal(
    world.certificate.subjectAltName,
    'DNS:cache-memcached.shop.svc.cluster.local, DNS:*.cache-memcached.shop.svc.cluster.local',
  )
  t.match(world.events, [{ reason: 'CertificateIssued', note: /^Secret cache-memcached-tls: issued a CA/ }])
  const { fingerprint256 } = world.certificate
  await world.pass()
  t.same(world.calls, ['merge ', 'create'], 'and not asked about at every pass')
  world.state = new ObjectState()
  await world.pass()
  t.same(world.calls.slice(2), ['merge '], 'another process looks')
  t.equal(world.certificate.fingerprint256, fingerprint256, 'and makes no other')
})

t.test(
  'it is renewed by whoever leads when two thirds of its life are over, and on condition that nobody else was',
  async (t) => {
    const world = new World()
    await world.pass()
    const { fingerprint256 } = world.certificate
    await world.clock.advance(59 * DAY_MS)
    await world.pass()
    t.equal(world.certificate.fingerprint256, fingerprint256)
    await world.clock.advance(3 * DAY_MS)
    world.calls.length = 0
    await world.pass()
    t.same(world.calls, ['merge ', 'merge metadata,data'])
    t.equal(world.secret?.metadata.resourceVersion, '1')
    t.not(world.certificate.fingerprint256, fingerprint256)
    t.match(world.events.at(-1), {
      note: /^Secret cache-memcached-tls: issued a serving certificate, because two/,
    })
  },
)

t.test('one that was deleted is made anew, soon where a pod waits for it', async (t) => {
  const world = new World()
  await world.pass()
  world.secret = undefined
  await world.clock.advance(10_000)
  await world.pass()
  t.equal(world.secret, undefined)
  world.state.unmounted.answered([{ reason: 'CertificateMissing', message: '' }], world.clock.monotonic())
  await world.pass()
  t.ok(world.secret)
  world.secret = undefined
  world.state.unmounted.clear()
  await world.clock.advance(HOUR_MS)
  await world.pass()
  t.ok(world.secret, 'and within the hour otherwise')
})

t.test('that of a Mcrouter of this name before, or one that was restored, becomes its own', async (t) => {
  const world = new World()
  await world.pass()
  const { fingerprint256 } = world.certificate
  for (const ownerReferences of [[], [{ ...ownerReference(MCROUTER), uid: 'u-before' }]]) {
    if (world.secret)
      world.secret = { ...world.secret, metadata: { ...world.secret.metadata, ownerReferences } }
    world.state = new ObjectState()
    await world.pass()
    t.match(world.secret?.metadata.ownerReferences, [{ uid: 'u-cache' }])
    t.equal(world.certificate.fingerprint256, fingerprint256)
  }
})

t.test("nothing mounts a stranger's Secret, and it stays as it is", async (t) => {
  const stranger: KubeObject = {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: { name: 'cache-memcached-tls', namespace: 'shop', uid: 'x', resourceVersion: '7' },
  }
  for (const refusal of [undefined, 422]) {
    const world = new World()
    world.secret = stranger
    world.refusal = refusal
    t.match(await world.pass(), {
      problems: [
        {
          reason: 'NameConflict',
          message:
            /^Secret cache-memcached-tls is in the way: .* spec\.memcached\.tls\.secretName, in the place of issuer$/,
          kind: 'Secret',
        },
      ],
      requeueAfterMs: 30_000,
      written: [],
    })
    t.match(world.events, [{ type: 'Warning', reason: 'NameConflict' }])
    t.same(world.secret, stranger)
    world.secret = undefined
    world.refusal = undefined
    await world.clock.advance(30_000)
    t.match(await world.pass(), { problems: [], written: BOTH }, 'until it is gone')
  }
})

t.test('what is there stays as it is meanwhile', async (t) => {
  const [manifest] = render(ISSUED, { clusterDomain: 'cluster.local' })
    .manifests.filter(({ kind }) => kind === 'StatefulSet')
    .map((one) => withOwner(one, ownerReference(MCROUTER)))
  t.ok(manifest)
  if (manifest === undefined) return
  const child = deploymentWith(2)
  const changes: Change[] = [{ action: 'configure', manifest, child, paths: ['spec.template'] }]
  const { changes: left } = await issue(passWith({}), { mcrouter: ISSUED, changes })
  t.same(left, [{ action: 'wait', child }])
})

t.test('an operator that is not installed for it says what to do', async (t) => {
  const world = new World()
  const { problems, written } = await world.pass(ISSUED, {})
  t.match(problems, [
    {
      reason: 'CertificateNotIssued',
      message: /^spec\.memcached\.tls\.issuer: .*rbac\.issueCertificates=true/,
    },
  ])
  t.same([written, world.calls], [[], []])
})

t.test('an API server that does not answer changes nothing where it was there before', async (t) => {
  const world = new World()
  world.refusal = 500
  t.match(await world.pass(), {
    problems: [{ reason: 'CertificateNotIssued', message: /answer 500/ }],
    written: [],
  })
  world.refusal = undefined
  await world.clock.advance(30_000)
  await world.pass()
  world.refusal = 500
  await world.clock.advance(HOUR_MS)
  const { problems, written } = await world.pass()
  t.match(problems, [{ reason: 'CertificateNotIssued' }])
  t.same(written, BOTH)
})
