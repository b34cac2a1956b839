import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:https'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { type HostileBody, isReviewPath, textOf } from '../support/hostile-body.ts'

// Clients that send the worst bodies one after the other, each over a connection of its own and without a pause. A process of
// their own: what they do must not delay whoever measures.

const [port = '', clients = '', limit = '', ...files] = process.argv.slice(2)
const worst = files.flatMap((file): readonly HostileBody[] => JSON.parse(readFileSync(file, 'utf8')))
const bodies = worst
  .filter(({ path }) => isReviewPath(path))
  .map((body) => ({ path: body.path, text: Buffer.from(textOf(body, Number(limit))) }))

process.on('disconnect', () => process.exit())
for (let client = 0; client < Number(clients); client += 1) void attack(client)

async function attack(first: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false })
  for (let turn = first; ; turn += 1) {
    const body = bodies[turn % bodies.length]
    // Whatever comes of it; the parent counts.
    if (body !== undefined) await send(agent, body.path, body.text).catch(() => {})
    process.send?.('sent')
  }
}

function send(agent: Agent, path: string, body: Buffer): Promise<void> {
  const headers = { 'content-type': 'application/json', 'content-length': body.length }
  return new Promise((resolve, reject) => {
    request({ host: LOOPBACK, port, agent, method: 'POST', path, headers }, (response) => {
      response.resume().once('end', resolve)
    })
      .once('error', reject)
      .end(body)
  })
}
