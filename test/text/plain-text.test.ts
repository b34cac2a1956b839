import t from 'tap'
import { plainText } from '../../text/plain-text.ts'

t.test('words of others become one line that moves no cursor and turns no text around', async (t) => {
  t.equal(plainText('a\r\nb\u001b[2Jc\u009b31md'), 'a b [2Jc 31md')
  t.equal(plainText('image\u202egpj.exe\u2066x\u200ey\u061cz\u200f'), 'image gpj.exe x y z ')
  t.equal(plainText('one\u2028two\u2029three'), 'one two three')
  t.equal(plainText('half \ud83d a character'), 'half \ufffd a character')
})

t.test('what can be read stays', async (t) => {
  for (const text of ['', 'pods "cache-0" is forbidden: exceeded quota', 'größer – 漢字 🐕 עברית']) {
    t.equal(plainText(text), text)
  }
})
