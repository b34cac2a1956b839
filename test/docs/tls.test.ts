import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import t from 'tap'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { run } from '../../testing/process/command.ts'
import { TestAuthority } from '../support/certificate.ts'

const TEXT = readFileSync(new URL('../../docs/tls.md', import.meta.url), 'utf8')
/** What the page has people run with the Node of the image. */
const [, SCRIPT = ''] = /node -e '([^']+)' "\$ip" 11211 \|\| break/.exec(TEXT) ?? []

const files = await (await TestAuthority.create()).issue()

/** A server that answers this to what it is told. */
async function serving(answer: string) {
  const told: string[] = []
  const server = createServer({ cert: files['tls.crt'], key: files['tls.key'] }, (socket) => {
    socket.on('data', (data) => {
      told.push(`${data}`)
      socket.write(answer)
    })
  }).listen(0, LOOPBACK)
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { told, port: address.port }
}

t.test(
  'the command of the page tells a server to read its certificate, and fails where it cannot',
  async (t) => {
    t.not(SCRIPT, '')
    const well = await serving('OK\r\n')
    t.match(await run(process.execPath, ['-e', SCRIPT, LOOPBACK, `${well.port}`]), {
      code: 0,
      stdout: `${LOOPBACK} OK\n`,
    })
    t.strictSame(well.told, ['refresh_certs\r\n'])
    const ill = await serving('Error loading the key\r\n')
    t.match(await run(process.execPath, ['-e', SCRIPT, LOOPBACK, `${ill.port}`]), {
      code: 1,
      stdout: `${LOOPBACK} Error loading the key\n`,
    })
  },
)
