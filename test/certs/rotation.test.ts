import t from 'tap'
import { issueAuthority } from '../../certs/authority.ts'
import { parseCertificates } from '../../certs/chain.ts'
import { AUTHORITY_LIFE, CLOCK_ALLOWANCE, lifeFrom, renewalTime, SERVING_LIFE } from '../../certs/life.ts'
import { servingNames } from '../../certs/names.ts'
import { PROPAGATION_TIME } from '../../certs/policy.ts'
import {
  AUTHORITY_SECRET,
  DAY,
  HOUR,
  Installation,
  isInDate,
  only,
  SERVING_SECRET,
  WEBHOOKS,
} from './installation.ts'

const START = Date.parse('2026-06-01T12:00:00Z')

/** When the CA that was made at the start is to be replaced. */
const DUE = renewalTime(lifeFrom(START, AUTHORITY_LIFE))
/** When everything that it signed has expired. */
const DROPPED = DUE + SERVING_LIFE + 3 * CLOCK_ALLOWANCE

const CA = 'secrets/sys/op-ca'
const SERVING = 'secrets/sys/op-serving-cert'
const REGISTRATIONS = [
  'customresourcedefinitions/mcrouters.mcrouter.example.com',
  'mutatingwebhookconfigurations/op.sys',
  'validatingwebhookconfigurations/op.sys',
]

/** After the first pass, at `wall`. */
async function installed(wall = START): Promise<Installation> {
  const installation = new Installation(START)
  await installation.pass()
  installation.clock.advance(wall - START)
  if (wall > START) await installation.pass()
  return installation
}

const issuer = async (installation: Installation) => only((await installation.serving()).certificate).issuer

t.test('the first pass: CA, registration, and only then the serving certificate', async (t) => {
  const installation = new Installation(START)
  t.strictSame(await installation.pass(), [CA, ...REGISTRATIONS, SERVING])

  const authority = await installation.authority()
  const serving = await installation.serving()
  t.ok(only(serving.certificate).checkIssued(only(authority.certificate)))
  t.strictSame(parseCertificates(serving.bundle).map(String), [String(only(authority.certificate))])
  t.strictSame(
    await installation.registered(),
    Array.from({ length: 5 }, () => serving.bundle),
  )
  t.notMatch(
    JSON.stringify(serving),
    authority.key.split('\n')[1] ?? '',
    'servers never see the key of the CA',
  )
})

t.test('says what it did and when the certificates end', async (t) => {
  const installation = new Installation(START)
  t.match(await installation.report(), {
    actions: [
      'issued a CA, because there is no CA that can sign',
      'registered the CA bundle in CustomResourceDefinition mcrouters.mcrouter.example.com',
      'registered the CA bundle in MutatingWebhookConfiguration op.sys',
      'registered the CA bundle in ValidatingWebhookConfiguration op.sys',
      'issued a serving certificate, because there is no serving certificate that is trusted, with its key',
    ],
    absent: [],
    notAfter: { authority: START + AUTHORITY_LIFE, serving: START + SERVING_LIFE },
  })
  t.strictSame((await installation.report()).actions, [])
})

t.test('knows without asking when there is something to do', async (t) => {
  const installation = new Installation(START)
  t.equal(installation.isDue, true, 'before the first pass')
  await installation.pass()
  t.equal(installation.isDue, false)
  installation.clock.advance(60 * DAY)
  t.equal(installation.isDue, true, 'the serving certificate is to be renewed')
  installation.cluster.writesLeft = 0
  await t.rejects(installation.pass())
  t.equal(installation.isDue, true, 'a pass that failed is made again')
  installation.cluster.writesLeft = Number.POSITIVE_INFINITY
  await installation.pass()
  t.equal(installation.isDue, false)
  installation.clock.jump(-3 * DAY)
  t.equal(installation.isDue, true, 'a clock that was set back makes it one that is not valid yet')
})

t.test('nothing to do costs no write', async (t) => {
  const installation = await installed()
  for (let day = 0; day < 59; day += 1) {
    installation.clock.advance(DAY)
    t.strictSame(await installation.pass(), [])
  }
})

t.test('the serving certificate is renewed in time, by the same CA and with another key', async (t) => {
  const installation = await installed()
  const before = await installation.serving()
  installation.clock.advance(60 * DAY)
  t.strictSame(await installation.pass(), [SERVING])
  const after = await installation.serving()
  t.not(after.certificate, before.certificate)
  t.not(after.key, before.key)
  t.equal(after.bundle, before.bundle)
})

t.test('it is renewed when the names change', async (t) => {
  const installation = await installed()
  await installation.process(servingNames('op-server', 'sys', 'cluster.example')).pass()
  t.ok(only((await installation.serving()).certificate).checkHost('op-server.sys.svc.cluster.example'))
})

t.test(
  'a new CA is trusted first, signs once everybody knows it, and the one before is dropped last',
  async (t) => {
    const installation = await installed(DUE - DAY)
    const [old] = parseCertificates((await installation.serving()).bundle)
    const before = await installation.serving()

    installation.clock.advance(DAY)
    t.strictSame(await installation.pass(), [CA, ...REGISTRATIONS, SERVING])
    const trusted = await installation.serving()
    t.equal(trusted.certificate, before.certificate, 'servers stay on what the old CA signed')
    const [current, ...others] = parseCertificates(trusted.bundle)
    t.not(String(current), String(old))
    t.strictSame(others.map(String), [String(old)])

    installation.clock.jump(HOUR)
    t.strictSame(await installation.pass(), [], 'nor does a clock that is set make it sign early')
    installation.clock.jump(-HOUR)

    installation.clock.advance(PROPAGATION_TIME)
    t.strictSame(await installation.pass(), [SERVING])
    t.equal(await issuer(installation), current?.subject)

    await installation.passUntil(DROPPED - DAY)
    t.equal(parseCertificates((await installation.serving()).bundle).length, 2)
    await installation.passUntil(DROPPED)
    t.strictSame(
      [...(await installation.registered()), (await installation.serving()).bundle],
      Array.from({ length: 6 }, () => String(current)),
    )
  },
)

t.test('a process that takes over waits anew before the new CA signs', async (t) => {
  const installation = await installed(DUE - DAY)
  installation.clock.advance(DAY)
  await installation.pass()
  installation.clock.advance(PROPAGATION_TIME - 1)
  installation.restart()
  t.strictSame(await installation.pass(), [])
  installation.clock.advance(PROPAGATION_TIME)
  t.strictSame(await installation.pass(), [SERVING])
})

t.test('a clock that jumps by hours changes nothing', async (t) => {
  const installation = await installed()
  for (const jump of [12 * HOUR, -24 * HOUR, 23 * HOUR, -11 * HOUR]) {
    installation.clock.jump(jump)
    t.strictSame(await installation.pass(), [])
  }
})

t.test('a machine that was suspended for months renews at once, whatever timers say', async (t) => {
  const installation = await installed()
  installation.clock.jump(100 * DAY)
  t.strictSame(await installation.pass(), [SERVING])
})

t.test('a clock that was years ahead leaves nothing that is not valid yet', async (t) => {
  const installation = await installed()
  const elsewhen = 30 * 365 * DAY
  installation.clock.jump(elsewhen)
  await installation.pass()
  installation.clock.jump(-elsewhen)
  await installation.rest()
  const { certificate, bundle } = await installation.serving()
  t.ok(isInDate(only(certificate), START))
  const [ca] = parseCertificates(bundle)
  t.ok(ca && isInDate(ca, START) && only(certificate).checkIssued(ca))
})

t.test('a caBundle that somebody removed is back after the next pass', async (t) => {
  const installation = await installed()
  const before = await installation.registered()
  installation.resetWebhooks()
  t.strictSame(await installation.pass(), REGISTRATIONS)
  t.strictSame(await installation.registered(), before)
})

t.test('a CA that somebody planted in a caBundle is taken out, told of, and goes nowhere else', async (t) => {
  const foreign = (await issueAuthority(START)).certificate
  for (const [when, days] of [
    ['at the first pass', 0],
    ['at rest', 1],
    ['while a CA rotates', (DUE - START) / DAY],
  ] as const) {
    const installation = new Installation(START)
    if (days > 0) await installation.pass()
    installation.clock.advance(days * DAY)
    installation.plant(foreign)
    const { removed } = await installation.report()
    t.strictSame(
      removed,
      [
        'CustomResourceDefinition mcrouters.mcrouter.example.com',
        'MutatingWebhookConfiguration op.sys',
        'ValidatingWebhookConfiguration op.sys',
      ].map((title) => `${title} trusted ${only(foreign).subject} (SHA-256 ${only(foreign).fingerprint256})`),
      when,
    )
    t.notOk((await installation.everything()).includes(foreign), when)
    t.strictSame((await installation.report()).removed, [])
  }
})

t.test('the CA before is no stranger, wherever its drop was cut short', async (t) => {
  for (let writes = 0; writes < 5; writes += 1) {
    const installation = await installed(DUE)
    await installation.passUntil(DROPPED - DAY)
    installation.clock.advance(DAY)
    installation.cluster.writesLeft = writes
    await t.rejects(installation.pass(), /killed/)
    installation.restart()
    t.strictSame((await installation.report()).removed, [])
  }
})

t.test('once both Secrets are emptied nothing else is a record: all is made anew', async (t) => {
  const installation = await installed()
  const before = await installation.serving()
  installation.emptySecret(AUTHORITY_SECRET)
  installation.emptySecret(SERVING_SECRET)
  const { removed } = await installation.report()
  t.equal(removed.length, 3)
  t.notOk((await installation.everything()).includes(before.bundle))
})

t.test('a webhook configuration that does not exist is reported, and registered once it does', async (t) => {
  const installation = new Installation(START)
  const [, , validating] = WEBHOOKS
  if (!validating) throw new Error('three are expected')
  installation.cluster.remove(validating.resource, { name: validating.name })
  const { absent } = await installation.report()
  t.strictSame(absent, ['ValidatingWebhookConfiguration op.sys'])
  t.equal((await installation.registered()).length, 3)
  installation.resetWebhooks()
  t.strictSame((await installation.report()).absent, [])
  t.equal((await installation.registered()).length, 5)
})

t.test('a definition that does not exist is not missed: there is nothing to convert', async (t) => {
  const installation = new Installation(START)
  const [definition] = WEBHOOKS
  if (!definition) throw new Error('three are expected')
  installation.cluster.remove(definition.resource, { name: definition.name })
  t.strictSame((await installation.report()).absent, [])
  installation.resetWebhooks()
  t.strictSame(await installation.pass(), REGISTRATIONS)
})

t.test('one that calls another server is said, and not written', async (t) => {
  const installation = new Installation(START)
  const [definition] = WEBHOOKS
  if (!definition) throw new Error('three are expected')
  const service = { namespace: 'other', name: 'op-server' }
  installation.cluster.change(
    definition.resource,
    { name: definition.name },
    {
      spec: { conversion: { webhook: { clientConfig: { service, caBundle: 'theirs' } } } },
    },
  )
  const { elsewhere } = await installation.report()
  t.strictSame(elsewhere, [
    'CustomResourceDefinition mcrouters.mcrouter.example.com calls Service other/op-server',
  ])
  t.notOk(installation.cluster.writes.some((path) => path.startsWith('customresourcedefinitions')))
})

t.test('a refused call rejects; the next pass goes on', async (t) => {
  const installation = new Installation(START)
  installation.cluster.onWrite = () => {
    installation.cluster.onWrite = () => {}
    installation.resetWebhooks()
  }
  await t.rejects(installation.pass(), /has changed/)
  t.strictSame(await installation.pass(), [...REGISTRATIONS, SERVING])
})
