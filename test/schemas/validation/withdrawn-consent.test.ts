import t from 'tap'
import { withdrawnConsent } from '../../../schemas/validation/withdrawn-consent.ts'
import { CONSENT_ANNOTATION } from '../../../schemas/well-known.ts'

const CHANGE = 'main: 2 shards x 1 copies to 2 shards x 2 copies'
const saying = (consent: string | undefined, status = 'True') => ({
  metadata: { ...(consent !== undefined && { annotations: { [CONSENT_ANNOTATION]: consent } }) },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Progressing', status },
    ],
  },
})

t.test('whoever takes a consent away too early is told', async (t) => {
  for (const now of [undefined, 'main: another change']) {
    const warnings = withdrawnConsent(saying(now), saying(CHANGE))
    t.match(warnings, [/keep it until Progressing is False$/])
    t.ok(warnings.every(({ length }) => length <= 256))
  }
})

t.test('not who keeps it, gives another, or takes it away once all is done', async (t) => {
  t.strictSame(withdrawnConsent(saying(CHANGE), saying(CHANGE)), [])
  t.strictSame(withdrawnConsent(saying(CHANGE), saying(undefined)), [])
  t.strictSame(withdrawnConsent(saying(undefined), saying(CHANGE, 'False')), [])
  t.strictSame(withdrawnConsent(saying(undefined), { ...saying(CHANGE), status: { conditions: 'none' } }), [])
  t.strictSame(withdrawnConsent(saying(undefined), undefined), [], 'at a creation')
})
