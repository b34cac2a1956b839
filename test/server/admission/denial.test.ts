import t from 'tap'
import type { Violation } from '../../../schemas/validation/violation.ts'
import { bounded, invalid } from '../../../server/admission/denial.ts'
import { mcrouterObject, requestOf, reviewOf } from '../../../testing/review.ts'

const request = requestOf(reviewOf(mcrouterObject()))

function violations(count: number, message = 'Invalid value: 0: must be more'): Violation[] {
  return Array.from({ length: count }, (_, index) => ({
    path: `spec.tolerations[${index}].key`,
    reason: 'FieldValueInvalid',
    message,
  }))
}

t.test('message and causes each say everything', async (t) => {
  t.same(invalid(request, violations(1)).status, {
    status: 'Failure',
    code: 422,
    reason: 'Invalid',
    message: 'Mcrouter "cache" is invalid: spec.tolerations[0].key: Invalid value: 0: must be more',
    details: {
      kind: 'Mcrouter',
      name: 'cache',
      group: 'mcrouter.example.com',
      causes: [
        {
          reason: 'FieldValueInvalid',
          field: 'spec.tolerations[0].key',
          message: 'Invalid value: 0: must be more',
        },
      ],
    },
  })
})

t.test('however much is wrong, the answer is bounded', async (t) => {
  const { status } = invalid(request, violations(10_000, 'x'.repeat(10_000)))
  t.ok(status.message.length <= 1024, `${status.message.length} characters`)
  t.ok(JSON.stringify(status).length < 128 * 1024)
})

t.test('no message can break a line, move a cursor or hold half a character', async (t) => {
  t.equal(bounded('a\nb\r\u001b[2J\u0085\u2028\u202e\u2066c'), 'a b  [2J    c')
  t.equal(bounded('a\u200eb\u200fc\u061cd'), 'a b c d')
  t.ok(bounded(`x\ud800`).isWellFormed())
  t.ok(bounded('😀'.repeat(1000)).isWellFormed())
})

t.test('an object that gets its name later is named by its prefix', async (t) => {
  const unnamed = mcrouterObject({}, { name: undefined, generateName: 'cache-' })
  const { status } = invalid(requestOf(reviewOf(unnamed, undefined, { name: '' })), violations(1))
  t.equal(status.details?.name, 'cache-')
})
