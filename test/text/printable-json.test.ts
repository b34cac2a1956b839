import t from 'tap'
import { printableJson } from '../../text/printable-json.ts'

t.test('the same value, with nothing that a terminal would obey', async (t) => {
  const value = { a: 'x\u001b[2J\u009b31m\u202ey\u2028', 'k\u200e': ['ü漢🐕\n'] }
  const text = printableJson(value, 2)
  t.strictSame(JSON.parse(text), value)
  t.notMatch(text.replaceAll('\n', ''), /[\p{Cc}\p{Zl}\u200e\u202e]/u)
  t.match(text, 'ü漢🐕')
  t.equal(printableJson('plain'), '"plain"')
})
