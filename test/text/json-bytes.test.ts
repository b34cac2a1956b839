import { equal } from 'node:assert/strict'
import fc from 'fast-check'
import t from 'tap'
import { effort } from '../../testing/effort.ts'
import { textBytes } from '../../text/json-bytes.ts'

/** As Go's encoder writes what could be HTML. */
const escaped = (json: string) =>
  json.replace(
    /[<>&\u2028\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

t.test('names and texts have as many bytes as they have in UTF-8, however they are written', async () => {
  const text = fc.string({ unit: 'binary' })
  fc.assert(
    fc.property(fc.dictionary(text, text), fc.constantFrom(undefined, 2), (object, indent) => {
      const json = JSON.stringify(object, null, indent)
      const wanted = Object.entries(object)
        .flat()
        .reduce((sum, one) => sum + Buffer.byteLength(one), 0)
      for (const written of [json, escaped(json)]) {
        const body = Buffer.from(written)
        equal(textBytes(body, 0, body.length), wanted, written)
      }
    }),
    effort(300),
  )
})
