import { readFileSync } from 'node:fs'
import { load } from 'js-yaml'
import t from 'tap'
import { checkConfig } from '../../../routing/language/check-config.ts'
import { isJsonObject } from '../../../schemas/json.ts'
import { silentlyIgnored, writtenOtherwise } from './silently-ignored.ts'

/** What the real mcrouter said of a configuration: test/fixtures/README.md. */
interface Vector {
  readonly name: string
  readonly config: string
  readonly args?: readonly string[]
  readonly valid: boolean
}

/** Where it sends a key. */
interface Routed {
  readonly config: string
  readonly args?: readonly string[]
  readonly ops: readonly string[]
  readonly destinations: readonly string[]
}

const VECTORS: readonly Vector[] = JSON.parse(fixture('vectors/configs.json'))

t.test('nothing passes that the real mcrouter refuses', async (t) => {
  const passed = VECTORS.filter((vector) => !vector.valid && judged(vector).length === 0)
  t.strictSame(
    passed.map(({ name }) => name),
    Object.keys(writtenOtherwise),
  )
  for (const { name, config } of passed) {
    const text = JSON.stringify(JSON.parse(config))
    t.ok(text.includes(writtenOtherwise[name] ?? name), `${name}: the operator writes ${text}`)
  }
  t.ok(VECTORS.filter(({ valid }) => !valid).length > 230)
})

t.test('what it accepts passes, but for what it ignores without a word', async (t) => {
  const valid = VECTORS.filter((vector) => vector.valid)
  t.ok(valid.length > 90)
  const refused = valid.flatMap((vector) => {
    const paths = judged(vector)
    return paths.length === 0 ? [] : [[vector.name, paths] as const]
  })
  const expected = Object.entries(silentlyIgnored).map(([name, { at }]) => [name, at])
  t.strictSame(Object.fromEntries(refused), Object.fromEntries(expected))
  for (const { because } of Object.values(silentlyIgnored)) t.ok(because.length > 15)
})

t.test('the configurations that were run pass, whole or with pools of the operator', async (t) => {
  const routes: readonly Routed[] = JSON.parse(fixture('vectors/routes.json'))
  const run = new Map(routes.map(({ config, args }) => [`${config} ${args}`, { config, args }]))
  t.equal(run.size, 26)
  for (const { config: name, args } of run.values()) {
    const config: unknown = JSON.parse(fixture(`golden/${name}`))
    const release = name.includes('release37') ? '37' : 'current'
    t.match(checkConfig(config, { release, ...defaultRoute(args) }), { accepted: true }, name)
    const { pools, ...rest } = object(config)
    const operated = Object.entries(object(pools)).map(([pool, { servers }]) => ({
      name: pool,
      servers: servers.length,
    }))
    const verdict = checkConfig(rest, { release, pools: operated, ...defaultRoute(args) })
    t.match(verdict, { accepted: true }, `${name} without its pools`)
    t.match(
      checkConfig(rest, { release, pools: [], ...defaultRoute(args) }),
      { accepted: false },
      'and not without any',
    )
  }
})

t.test(
  'a warning says which operations reach servers that do not know them, as the real mcrouter routes them',
  async (t) => {
    const lines: readonly Routed[] = JSON.parse(fixture('vectors/routes.json'))
    const unknown = lines.filter(({ ops }) => ops.includes('metaget') || ops.includes('lease-set'))
    const byConfig = Map.groupBy(unknown, ({ config, args }) => `${config} ${args}`)
    t.equal(byConfig.size, 26)
    for (const [name, routed] of byConfig) {
      const [{ config, args } = { config: '', args: [] }] = routed
      const release = config.includes('release37') ? '37' : 'current'
      const verdict = checkConfig(JSON.parse(fixture(`golden/${config}`)), { release, ...defaultRoute(args) })
      const warned =
        verdict.accepted && verdict.warnings.some((warning) => /metaget.* reach servers/.test(warning))
      t.equal(
        warned,
        routed.some(({ destinations }) => destinations.length > 0),
        name,
      )
    }
  },
)

/** Paths of the violations, below the configuration; that of one that cannot be read is empty. */
function judged({ config, args }: Vector): string[] {
  const data = dataIn(config)
  if (data === undefined) return ['']
  const verdict = checkConfig(data, { release: 'current', ...defaultRoute(args) })
  return verdict.accepted ? [] : verdict.violations.map(({ path }) => path.replace(/^spec\.config\.?/, ''))
}

/** As it comes in a manifest: JSON in which no object has a name twice, which YAML refuses. */
function dataIn(text: string): unknown {
  try {
    load(text)
    const data: unknown = JSON.parse(text)
    return data
  } catch {
    return undefined
  }
}

function defaultRoute(args: readonly string[] = []): { defaultRoute?: string } {
  const prefix = args[args.indexOf('-R') + 1]
  return args.includes('-R') && prefix !== undefined ? { defaultRoute: prefix } : {}
}

function object(value: unknown): Record<string, { servers: readonly string[] }> {
  return isJsonObject(value) ? JSON.parse(JSON.stringify(value)) : {}
}

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8')
}
