import { servingNames } from '../../../certs/names.ts'
import { TestAuthority } from '../../support/certificate.ts'
import { kubectlOk } from '../support/cluster.ts'
import { RELEASE, SYSTEM } from '../support/operator.ts'
import type { CacheName } from './caches.ts'
import { critical, type Fault, warning } from './fault.ts'
import { type Stage, secretData } from './stage.ts'

const DAY_MS = 86_400_000
/** Of 60 days the last nine are those in which it should have been renewed. */
const LIFE_DAYS = 60
const SERVING = `${RELEASE}-serving-cert`

/** Certificates of caches, in Secrets that somebody else writes. */
export const CERTIFICATES: readonly Fault[] = [
  {
    name: 'the certificate of routers is not renewed when it is due',
    fires: [warning('small', 'McrouterTlsExpiry')],
    inflict: (stage) => serve(stage, 'small', 7),
    repair: (stage) => renew(stage, 'small'),
  },
  {
    name: 'nor half of the time from there to its end later',
    fires: [critical('expiring', 'McrouterTlsExpiry')],
    inflict: (stage) => serve(stage, 'expiring', 3),
    repair: (stage) => renew(stage, 'expiring'),
  },
  {
    name: 'the key of routers is not that of their certificate',
    fires: [critical('full', 'McrouterTlsUnusable')],
    async inflict(stage) {
      const authority = await TestAuthority.create()
      const [one, other] = [await authority.issue(), await authority.issue()]
      await stage.secret('full', { ...one, 'tls.key': other['tls.key'] })
      await mount(stage, 'full')
    },
    repair: (stage) => renew(stage, 'full'),
  },
]

/** Of the operator itself. */
export const OWN_DUE = own('the certificate of the webhook server ends in a week', 'warning', 7)
export const OWN_LATE = own('it ends in three days', 'critical', 3)

async function serve(stage: Stage, name: CacheName, daysLeft: number): Promise<void> {
  const authority = await TestAuthority.create()
  const notAfter = Date.now() + daysLeft * DAY_MS
  await stage.secret(name, await authority.issue({ notBefore: notAfter - LIFE_DAYS * DAY_MS, notAfter }))
  await mount(stage, name)
}

async function mount(stage: Stage, name: CacheName): Promise<void> {
  await stage.patch(name, { router: { tls: { clients: { secretName: name } } } })
}

/** mcrouter reads it by itself within half an hour; a pod that starts, at once. */
async function renew(stage: Stage, name: CacheName): Promise<void> {
  await stage.secret(name, await (await TestAuthority.create()).issue())
  await stage.delete(await stage.the(name).pods('mcrouter'))
}

/** One that the operator has no reason to renew yet: its life was short from the beginning. */
function own(name: string, severity: string, daysLeft: number): Fault {
  return {
    name,
    fires: [{ alert: 'McrouterTlsExpiry', severity, certificate: 'serving' }],
    async inflict() {
      const ca = await secretData(SYSTEM, `${RELEASE}-ca`)
      const authority = TestAuthority.of(ca('tls.crt'), ca('tls.key'))
      const names = servingNames(`${RELEASE}-server`, SYSTEM, 'cluster.local')
      const notAfter = Date.now() + daysLeft * DAY_MS
      const issued = await authority.issue({ name: `${RELEASE}-server`, names, notAfter })
      await patchServing({ 'tls.crt': issued['tls.crt'], 'tls.key': issued['tls.key'] })
    },
    // The operator issues another at once.
    repair: () => patchServing({ 'tls.crt': '', 'tls.key': '' }),
  }
}

async function patchServing(stringData: Record<'tls.crt' | 'tls.key', string>): Promise<void> {
  const patch = JSON.stringify({ stringData })
  await kubectlOk(['-n', SYSTEM, 'patch', 'secret', SERVING, '--type=merge', '-p', patch])
}
