import t from 'tap'
import { createLog } from '../../process/log.ts'

function logged(write: (log: ReturnType<typeof createLog>) => void): string[] {
  const lines: string[] = []
  write(createLog('info', { write: (line) => lines.push(line) }))
  return lines
}

t.test('a line is one JSON object with level and time in words', async (t) => {
  const [line = ''] = logged((log) => log.info({ port: 8443 }, 'listening'))
  t.match(JSON.parse(line), { level: 'info', time: /^\d{4}-\d\d-\d\dT/, port: 8443, msg: 'listening' })
  t.equal(line.indexOf('\n'), line.length - 1)
})

t.test('what a caller wrote can neither forge a line nor move a terminal', async (t) => {
  const hostile = 'a\nb\u001b[2Jc\u009b31md\u202ee\u2028f\u007fg\u200eh\u200fi\u061cj'
  const [line = '', ...more] = logged((log) => log.info({ hostile }, hostile))
  t.equal(more.length, 0)
  t.notMatch(line.trimEnd(), /[^\x20-\x7e]/, 'printable ASCII only')
  t.match(JSON.parse(line), { hostile, msg: hostile }, 'and nothing is lost')
})

t.test('keys and authorization are redacted', async (t) => {
  const [line = ''] = logged((log) =>
    log.info(
      {
        tls: { key: 'SECRET' },
        request: { headers: { authorization: 'SECRET' } },
        req: { authorization: 'SECRET' },
      },
      'x',
    ),
  )
  t.notMatch(line, 'SECRET')
})

t.test('below its level nothing is written', async (t) => {
  t.same(
    logged((log) => log.debug('x')),
    [],
  )
})
