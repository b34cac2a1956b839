import t from 'tap'
import { forbidden } from '../../../server/admission/forbidden.ts'

function why(text: string): string | undefined {
  return forbidden(text, JSON.parse(text))
}

t.test('a key that reaches a prototype is named with its place', async (t) => {
  t.equal(why('{"a":[{"b":{"__proto__":{"x":1}}}]}'), 'the key a[0].b.__proto__ is not allowed: remove it')
  t.equal(why('{"constructor":{"prototype":{"x":1}}}'), 'the key constructor is not allowed: remove it')
})

t.test('an escape hides nothing', async (t) => {
  t.match(why('{"\\u005f_pr\\u006Fto__":1}'), /__proto__/)
  t.match(why('{"\\u0063onstructor":{"\\u0070rototype":1}}'), /constructor/)
})

t.test('the words may be said where they do no harm', async (t) => {
  t.equal(why('{"a":"__proto__"}'), undefined)
  t.equal(why('{"constructor":"x"}'), undefined)
  t.equal(why('{"constructor":{"x":1}}'), undefined)
})

t.test('a body is searched to a bounded depth', async (t) => {
  const deep = `${'['.repeat(200_000)}"__proto__"${']'.repeat(200_000)}`
  t.match(why(deep), /nested more than 100 levels/)
})
