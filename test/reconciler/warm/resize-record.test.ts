import fc from 'fast-check'
import t from 'tap'
import {
  parseRecord,
  type ResizeRecord,
  recordText,
  resizeId,
} from '../../../reconciler/warm/resize-record.ts'
import { effort } from '../../../testing/effort.ts'

const size = fc.integer({ min: 1, max: 1000 })

t.test('what stands beside the configuration is read as it was written', async (t) => {
  fc.assert(
    fc.property(
      size,
      size,
      fc.nat(),
      fc.boolean(),
      fc.boolean(),
      fc.string(),
      (from, to, since, copies, isClean, why) => {
        fc.pre(from !== to)
        const record: ResizeRecord = {
          ...{ from, to, since, copies },
          ...(why !== '' && { gaveUp: why }),
          ...(isClean && { cleaned: true }),
        }
        const read = parseRecord(recordText(record))
        if (JSON.stringify(read) !== JSON.stringify(record)) throw new Error(JSON.stringify(read))
      },
    ),
    effort(100),
  )
  t.equal(resizeId({ from: 2, to: 3, since: 17, copies: true }), '2-3-17')
})

t.test('what somebody else wrote there is none', async (t) => {
  const right = { from: 2, to: 3, since: 1, copies: true }
  t.ok(parseRecord(JSON.stringify(right)))
  for (const wrong of [{ from: 0 }, { from: '2' }, { to: 2 }, { to: 1.5 }, { since: 'now' }, { copies: 1 }]) {
    t.equal(parseRecord(JSON.stringify({ ...right, ...wrong })), undefined, JSON.stringify(wrong))
  }
  for (const text of [undefined, '', 'null', '[]', '{', '{"__proto__":{"from":1}}'])
    t.equal(parseRecord(text), undefined)
})
