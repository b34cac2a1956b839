import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import t from 'tap'
import { record, records, text } from '../../reconciler/observe/untyped.ts'
import { shortened } from '../support/shortened-rules.ts'

const RULES = new URL('../../charts/mcrouter-operator/files/alerts.yaml', import.meta.url)
const rules = record(load(readFileSync(RULES, 'utf8')))
const WINDOWS = { '5m': '20s', '10m': '21s', '15m': '22s', '30m': '23s', '1h': '24s', '1d': '25s' }

t.test('nothing but times is another', async (t) => {
  const back = (expr: string) =>
    Object.entries(WINDOWS).reduce((is, [long, short]) => is.replaceAll(short, long), expr)
  const before = records(rules.groups)
  const after = records(shortened(rules, { hold: '4s', windows: WINDOWS }).groups)
  t.strictSame(
    after.map((group) => ({
      ...group,
      rules: records(group.rules).map((rule) => ({ ...rule, expr: back(text(rule.expr)), for: undefined })),
    })),
    before.map((group) => ({
      ...group,
      rules: records(group.rules).map((rule) => ({ ...rule, for: undefined })),
    })),
  )
  const [long, short] = [before, after].map((groups) => groups.flatMap((group) => records(group.rules)))
  t.strictSame(
    short?.map((rule) => rule.for),
    long?.map((rule) => (rule.for === undefined ? undefined : '4s')),
  )
  t.ok(long?.some((rule) => rule.for === undefined))
  const ratio = short?.find(({ alert }) => alert === 'MemcachedHitRatioDrop')
  t.match(text(ratio?.expr), 'status="hit"}[24s] offset 25s')
})

t.test('thresholds and labels in brackets stay', async (t) => {
  const expr = 'a{b="[5m]"}[5m] offset 1d < 9 * 86400 and on (c) d > 3600 or offset_of == 5'
  const [group] = records(
    shortened({ groups: [{ rules: [{ expr }] }] }, { hold: '4s', windows: WINDOWS }).groups,
  )
  t.equal(
    text(records(group?.rules)[0]?.expr),
    'a{b="[5m]"}[20s] offset 25s < 9 * 86400 and on (c) d > 3600 or offset_of == 5',
  )
})

t.test('a window that nothing is said of is told', async (t) => {
  const of = (expr: string) => () =>
    shortened({ groups: [{ rules: [{ expr }] }] }, { hold: '4s', windows: {} })
  t.throws(of('rate(a[7m])'), /7m/)
  t.throws(of('a offset 2d'), /2d/)
})
