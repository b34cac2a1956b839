import 'reflect-metadata'
import { KeyObject } from 'node:crypto'
import { BasicConstraintsExtension, X509CertificateGenerator } from '@peculiar/x509'
import t from 'tap'
import { type ObjectKey, SECRETS } from '../../certs/api.ts'
import { AUTHORITY_LIFE, CLOCK_ALLOWANCE, lifeFrom, renewalTime, SERVING_LIFE } from '../../certs/life.ts'
import { PROPAGATION_TIME } from '../../certs/policy.ts'
import { isJsonObject } from '../../schemas/json.ts'
import { AUTHORITY_SECRET, DAY, Installation, MINUTE, SERVING_SECRET, YEAR } from './installation.ts'
import { Witness } from './witness.ts'

const START = Date.parse('2026-06-01T12:00:00Z')
const DUE = renewalTime(lifeFrom(START, AUTHORITY_LIFE))

const WHOLE = { signedByNewest: true, inDate: true, sameEverywhere: true }

async function installed(wall: number): Promise<Installation> {
  const installation = new Installation(START)
  await installation.pass()
  installation.clock.advance(wall - START)
  return installation
}

async function rotating(): Promise<Installation> {
  const installation = await installed(DUE - DAY)
  await installation.pass()
  installation.clock.advance(DAY)
  return installation
}

/** Installations one pass before something happens, and how many writes that takes. */
const BRINKS = [
  { what: 'the first installation', writes: 5, retired: 0, brink: async () => new Installation(START) },
  {
    what: 'a renewal of the serving certificate',
    writes: 1,
    retired: 0,
    brink: () => installed(START + 60 * DAY),
  },
  { what: 'the issue of a new CA', writes: 5, retired: 1, brink: rotating },
  {
    what: 'the first certificate that the new CA signs',
    writes: 1,
    retired: 1,
    async brink() {
      const installation = await rotating()
      await installation.pass()
      installation.clock.advance(PROPAGATION_TIME)
      return installation
    },
  },
  {
    what: 'the drop of the CA before',
    writes: 5,
    retired: 0,
    async brink() {
      const installation = await rotating()
      await installation.pass()
      const dropped = DUE + SERVING_LIFE + 3 * CLOCK_ALLOWANCE
      await installation.passUntil(dropped - DAY)
      installation.clock.advance(DAY)
      return installation
    },
  },
]

for (const { what, writes, retired, brink } of BRINKS) {
  t.test(`killed during ${what}, before any of its ${writes} writes or after the last`, async (t) => {
    const undisturbed = await brink()
    t.equal((await undisturbed.pass()).length, writes)

    for (let done = 0; done <= writes; done += 1) {
      const installation = await brink()
      const witness = new Witness(installation, installation.clock.now)
      installation.cluster.writesLeft = done
      if (done < writes) await t.rejects(installation.pass(), /killed/)
      else await installation.pass()

      installation.restart()
      await installation.rest()
      t.strictSame(witness.refusals, [], `no call fails when killed after ${done} writes`)
      t.match(await installation.summary(), WHOLE)
      t.equal((await installation.summary()).retired, retired)
    }
  })
}

t.test('what was lost is made again, and what servers still serve stays trusted', async (t) => {
  const losses = {
    'the CA': (installation: Installation) => installation.emptySecret(AUTHORITY_SECRET),
    'the serving certificate': (installation: Installation) => installation.emptySecret(SERVING_SECRET),
    'every caBundle': (installation: Installation) => installation.resetWebhooks(),
    'the serving certificate, and every caBundle': (installation: Installation) => {
      installation.emptySecret(SERVING_SECRET)
      installation.resetWebhooks()
    },
    'the CA, and every caBundle': (installation: Installation) => {
      installation.emptySecret(AUTHORITY_SECRET)
      installation.resetWebhooks()
    },
    'the key of the CA': (installation: Installation) => spoil(installation, AUTHORITY_SECRET, 'tls.key'),
    'the certificate of the CA': (installation: Installation) =>
      spoil(installation, AUTHORITY_SECRET, 'tls.crt'),
    'the serving key': (installation: Installation) => spoil(installation, SERVING_SECRET, 'tls.key'),
  }
  for (const [what, lose] of Object.entries(losses)) {
    t.test(what, async (t) => {
      const installation = await installed(START + DAY)
      const witness = new Witness(installation, installation.clock.now)
      lose(installation)
      await installation.rest()
      t.strictSame(witness.refusals, [])
      t.match(await installation.summary(), WHOLE)
    })
  }
})

const encoded = (text: string) => Buffer.from(text).toString('base64')

function spoil({ cluster }: Installation, key: ObjectKey, field: string): void {
  const secret = cluster.peek(SECRETS, key)
  const data = isJsonObject(secret?.data) ? secret.data : {}
  cluster.put(SECRETS, key, {
    ...secret,
    data: { ...data, [field]: encoded('garbage') },
  })
}

t.test('what is in the place of the CA but cannot sign is replaced', async (t) => {
  const elliptic = { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' }
  const keys = await crypto.subtle.generateKey(elliptic, true, ['sign', 'verify'])
  const strange = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=strange',
    notBefore: new Date(START),
    notAfter: new Date(START + YEAR),
    signingAlgorithm: elliptic,
    keys,
    extensions: [new BasicConstraintsExtension(true)],
  })
  const installation = await installed(START)
  const serving = await installation.serving()
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }).toString()
  for (const pair of [serving, { certificate: strange.toString('pem'), key }]) {
    const data = { 'tls.crt': encoded(pair.certificate), 'tls.key': encoded(pair.key) }
    installation.cluster.put(SECRETS, AUTHORITY_SECRET, { data })
    const witness = new Witness(installation, installation.clock.now)
    await installation.rest()
    t.strictSame(witness.refusals, [])
    t.match(await installation.summary(), WHOLE)
  }
})

t.test('two processes that both think that they lead do no harm', async (t) => {
  const installation = await rotating()
  const witness = new Witness(installation, installation.clock.now)
  const [one, other] = [installation.process(), installation.process()]
  for (let minute = 0; minute < 10; minute += 1) {
    await Promise.allSettled([one.pass(), other.pass()])
    installation.clock.advance(MINUTE)
  }
  t.strictSame(witness.refusals, [])
  t.match(await installation.summary(), WHOLE)
})
