import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { configFor, serialise } from '../../routing/config.ts'
import { destinations } from '../../routing/explain/destinations.ts'
import { explainer } from '../../routing/explain/explain.ts'
import type { ClientOperation } from '../../routing/explain/request.ts'
import { flagsFor } from '../../routing/flags.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { mcrouterWith } from '../../testing/mcrouter.ts'
import { Children } from '../../testing/process/children.ts'
import { routerProgram } from '../clients/stage.ts'

const KEYS = 10_000
const OPERATIONS: readonly ClientOperation[] = ['get', 'set', 'add', 'cas', 'delete', 'gat', 'gets', 'append']
const TOPOLOGIES = [
  { topology: 'sharded', servers: 1 },
  { topology: 'sharded', servers: 3 },
  { topology: 'sharded', servers: 100 },
  { topology: 'replicated', servers: 2 },
  { topology: 'replicated', servers: 3 },
  { topology: 'replicated', servers: 5 },
  { topology: 'replicated', servers: 30 },
] as const

interface Question {
  readonly operation: ClientOperation
  readonly key: string
}

const QUESTIONS = Array.from({ length: KEYS }, (_, index): Question => {
  const key = [
    `user:${index}`,
    `cart:${index}|#|items`,
    `/././${index}`,
    `${index}`.repeat(9),
    `ä%\\@${index}`,
  ]
  return { operation: OPERATIONS[index % 8] ?? 'get', key: key[index % 5] ?? '' }
})

t.setTimeout(300_000)
const children = new Children('explain')
t.teardown(() => children.end())
const router = await routerProgram(children.directory)
t.comment(`against ${router.name}`)

for (const { topology, servers } of TOPOLOGIES) {
  t.test(`${topology} over ${servers}: the router names the servers that are explained`, async (t) => {
    const mcrouter = mcrouterWith({ topology, routers: { release: 'current' } })
    const addresses = Array.from({ length: servers }, (_, index) => `server-${index}.example:11211`)
    const config = configFor(mcrouter, [addresses])
    const explain = explainer(config)
    const socket = await started(serialise(config), flagsFor(mcrouter))
    const named = await answers(socket, QUESTIONS)
    const wrong = QUESTIONS.filter(
      ({ operation, key }, index) => destinations(explain(operation, key)).join('\r\n') !== named[index],
    )
    t.strictSame(wrong, [])
    t.equal(named.length, KEYS)
  })
}

/** A router that runs a configuration; it asks none of its servers. */
async function started(config: string, flags: readonly string[]): Promise<Socket> {
  const port = await freePort()
  const file = join(children.directory, `${port}.json`)
  await writeFile(file, config)
  // A flag given twice counts as given last.
  const args = [...flags, `--config-file=${file}`, `--port=${port}`, '--debug-fifo-root=']
  children.start('mcrouter', { file: router.path, args })
  return await eventually('the router answers', async () => await connected(port))
}

async function connected(port: number): Promise<Socket | undefined> {
  const socket = connect(port, LOOPBACK)
  const [failure] = await Promise.race([once(socket, 'connect'), once(socket, 'error')])
  return failure === undefined ? socket : undefined
}

/** What the router answers to `get __mcrouter__.route(op,key)`, question by question. */
async function answers(socket: Socket, questions: readonly Question[]): Promise<string[]> {
  const lines = questions.map(({ operation, key }) => `get __mcrouter__.route(${operation},${key})\r\n`)
  // Answered last.
  socket.write(`${lines.join('')}version\r\n`)
  const chunks: Buffer[] = []
  for await (const chunk of socket) {
    chunks.push(chunk)
    if (/VERSION [^\r]+\r\n$/.test(Buffer.concat(chunks.slice(-2)).toString('latin1'))) break
  }
  const reply = Buffer.concat(chunks)
  return valuesIn(reply.subarray(0, reply.lastIndexOf('VERSION ')))
}

/** `VALUE key flags bytes\r\n…\r\nEND\r\n`, one after the other. */
function valuesIn(reply: Buffer): string[] {
  const values: string[] = []
  for (let at = 0; at < reply.length; ) {
    const line = reply.indexOf('\r\n', at)
    const length = Number(reply.toString('latin1', at, line).split(' ').at(-1))
    if (!Number.isInteger(length)) throw new Error(`the router answers ${reply.toString('utf8', at, line)}`)
    values.push(reply.toString('latin1', line + 2, line + 2 + length))
    at = line + 2 + length + '\r\nEND\r\n'.length
  }
  return values
}
