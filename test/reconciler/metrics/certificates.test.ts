import { Registry } from 'prom-client'
import t from 'tap'
import { type CertificateState, registerCertificates } from '../../../reconciler/metrics/certificates.ts'

const WELL: CertificateState = { secretMissing: false, webhookMissing: false, foreignRemoved: 0 }

async function scraped(state: CertificateState | undefined): Promise<string> {
  const registry = new Registry()
  registerCertificates(registry, () => state)
  return registry.metrics()
}

t.test('when the certificates end is told by the process that issues them', async (t) => {
  const name = 'mcrouter_operator_certificate_expiry_timestamp_seconds'
  for (const state of [undefined, WELL]) t.notMatch(await scraped(state), `${name}{`)
  const notAfter = { authority: 1_900_000_000_000, serving: 1_800_000_000_000 }
  const text = await scraped({ ...WELL, notAfter })
  t.match(text, `${name}{certificate="authority"} 1900000000\n`)
  t.match(text, `${name}{certificate="serving"} 1800000000\n`)
  t.notMatch(await scraped({ ...WELL, notAfter: { authority: 1 } }), 'certificate="serving"')
})

t.test('what is missing, and what was removed', async (t) => {
  const well = await scraped(WELL)
  const ill = await scraped({ secretMissing: true, webhookMissing: true, foreignRemoved: 3 })
  for (const [name, value] of [
    ['mcrouter_operator_certificate_secret_missing', 1],
    ['mcrouter_operator_webhook_configuration_missing', 1],
    ['mcrouter_operator_foreign_ca_removals_total', 3],
  ]) {
    t.match(well, `${name} 0\n`)
    t.match(ill, `${name} ${value}\n`)
  }
})
