import { parseCertificates } from '../../certs/chain.ts'
import { issueForPools } from '../../certs/pools.ts'
import type { JsonObject } from '../../schemas/json.ts'
import type { SecretFiles } from './certificate.ts'

const DAY_MS = 86_400_000

/** A text of a Secret's data. */
export function textIn(data: unknown, key: string): string {
  return Buffer.from(String(Object(data)[key] ?? ''), 'base64').toString()
}

/** Files of a Secret that the operator issued. */
export function filesIn(data: JsonObject): SecretFiles {
  return {
    'tls.crt': textIn(data, 'tls.crt'),
    'tls.key': textIn(data, 'tls.key'),
    'ca.crt': textIn(data, 'ca.crt'),
  }
}

/** The certificate of servers, and the CAs that routers trust. */
export function certificatesIn(data: unknown) {
  const [leaf] = parseCertificates(textIn(data, 'tls.crt'))
  if (leaf === undefined) throw new Error('tls.crt holds no certificate')
  return { leaf, bundle: parseCertificates(textIn(data, 'ca.crt')) }
}

/** What such a Secret holds after each time that it was looked after, so many days ago. */
export async function issuedOver(service: string, ...days: readonly number[]): Promise<JsonObject[]> {
  const names = { dns: [service, `*.${service}`], ip: [] }
  const states: JsonObject[] = []
  for (const ago of days)
    states.push((await issueForPools(states.at(-1), names, Date.now() - ago * DAY_MS)).data)
  return states
}

/** The last of these. */
export async function issuedBefore(service: string, ...days: readonly number[]): Promise<JsonObject> {
  return (await issuedOver(service, ...days)).at(-1) ?? {}
}
