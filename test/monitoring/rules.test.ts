import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import t from 'tap'
import { record, records, text } from '../../reconciler/observe/untyped.ts'
import { run } from '../../testing/process/command.ts'
import { skipWithout } from './prometheus-tools.ts'
import { exportedMetrics, labelsIn } from './scraped.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const RULES = 'charts/mcrouter-operator/files/alerts.yaml'
const CASES = ['test/monitoring/rules.yaml', 'test/monitoring/hit-ratio.yaml']
const PAGE = readFileSync(`${ROOT}docs/alerts.md`, 'utf8')

const read = (file: string) => record(load(readFileSync(ROOT + file, 'utf8')))
const rules = records(read(RULES).groups).flatMap((group) => records(group.rules))
const names = new Set(rules.map(({ alert }) => text(alert)))

t.test(
  'Prometheus takes the rules, and each fires when it is to',
  { skip: skipWithout('promtool') },
  async (t) => {
    for (const args of [
      ['check', 'rules', RULES],
      ['test', 'rules', ...CASES],
    ]) {
      const { code, stdout, stderr } = await run('promtool', args, { cwd: ROOT })
      t.equal(code, 0, `${args.join(' ')}: ${stdout}${stderr}`)
    }
  },
)

t.test(
  'of each alert and severity there is a case that fires, and of each alert one that does not',
  async (t) => {
    const checks = CASES.flatMap((file) => records(read(file).tests)).flatMap((one) =>
      records(one.alert_rule_test),
    )
    const expected = checks.flatMap((check) =>
      records(check.exp_alerts).map((alert) => `${check.alertname} ${record(alert.exp_labels).severity}`),
    )
    const silent = checks.filter((check) => records(check.exp_alerts).length === 0)
    t.ok(rules.length > 20)
    for (const rule of rules)
      t.ok(expected.includes(`${rule.alert} ${record(rule.labels).severity}`), `${rule.alert} fires`)
    for (const name of names)
      t.ok(
        silent.some((check) => check.alertname === name),
        `${name} does not`,
      )
  },
)

t.test('what rules are tested with is what the operator exports', async (t) => {
  const exported = await exportedMetrics()
  const series = CASES.flatMap((file) => records(read(file).tests)).flatMap((one) =>
    records(one.input_series).map((input) => text(input.series)),
  )
  t.ok(series.length > 100)
  for (const one of new Set(series)) {
    const [, name = '', labels = ''] = /^(\w+)\{(.*)\}$/.exec(one) ?? []
    const known = exported.get(name)
    t.ok(known, one)
    // A target has these, whatever it tells.
    const added = ['namespace', 'pod', 'job', 'instance']
    const strange = labelsIn(labels).filter((label) => !known?.has(label) && !added.includes(label))
    t.same(strange, [], one)
  }
})

t.test('each alert has its part in docs/alerts.md, which says what to do, and a link to it', async (t) => {
  const headings = [...PAGE.matchAll(/^## (\w+)$/gm)].map(([, heading = '']) => heading)
  t.strictSame(new Set(headings), names)
  for (const rule of rules) {
    const { runbook_url: url, summary } = record(rule.annotations)
    const [, part = ''] = PAGE.split(`\n## ${rule.alert}\n`)
    const [said = ''] = part.split('\n## ')
    for (const what of ['Look at:', 'Do:']) t.ok(said.includes(`\n${what}`), `${rule.alert}: ${what}`)
    t.match(text(url), `/docs/alerts.md#${text(rule.alert).toLowerCase()}`)
    t.match(text(summary), /\$labels\.(mcrouter|certificate)/)
    const { severity } = record(rule.labels)
    t.match(said.toLowerCase().slice(0, 160), text(severity), `${rule.alert} says that it is ${severity}`)
  }
})
