import t from 'tap'
import { FORMATS } from '../../../schemas/formats/formats.ts'

const complaint = (text: string) => FORMATS.get('image')?.(text)

t.test('an image is judged the same however often and after however many others', async (t) => {
  const unsound = 'example.com/Team/memcached:1'
  const judged = () => [complaint('example.com/team/memcached:1'), complaint(unsound)]
  const first = judged()
  t.match(first, [undefined, /lower-case/])
  t.strictSame(judged(), first)
  for (let index = 0; index < 300; index += 1) complaint(`example.com/team/memcached:${index}`)
  t.strictSame(judged(), first)
  const long = `example.com/${'a/'.repeat(120)}a@sha512:${'0'.repeat(128)}`
  t.strictSame([complaint(long), complaint(long)], [complaint(`${long}`), undefined])
  t.match([complaint(`${long}0`), complaint(`${long}0`)], [/hex digits/, /hex digits/])
})
