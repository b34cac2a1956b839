import { readFileSync } from 'node:fs'
import { Agent, fetch } from 'undici'
import { Client } from '../control-plane/client.ts'
import { yieldCpu } from '../process/priority.ts'
import { strikeUntil } from './adversary.ts'
import { Intruder } from './intruder.ts'
import { type Orders, REPORT, type Report } from './orders.ts'

// The adversary, as a process of its own: node main.ts FILE, until SIGTERM.

// It stands for somebody else's machine: here it gets what the operator and those who measure leave of the CPU.
yieldCpu(process.pid, 19)

const [, , file = ''] = process.argv
const { endpoint, token, server, seed }: Orders = JSON.parse(readFileSync(file, 'utf8'))

const client = new Client(endpoint, { token })
const agent = new Agent({ connect: { rejectUnauthorized: false } })
const intruder = new Intruder(client)
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())

async function post(path: string, body: string): Promise<void> {
  const headers = { 'content-type': /render|explain/.test(path) ? 'application/yaml' : 'application/json' }
  // A server that hangs up on such a body is in its right.
  await fetch(`${server}${path}`, { dispatcher: agent, method: 'POST', headers, body })
    .then((answer) => answer.text())
    .catch(() => undefined)
}

const start = performance.now()
const strikes = await strikeUntil(stop.signal, seed, { intruder, post })
const report: Report = {
  strikes,
  seconds: (performance.now() - start) / 1000,
  answers: Object.fromEntries(intruder.answers),
  bytes: intruder.bytes,
}
process.stdout.write(`${REPORT}${JSON.stringify(report)}\n`)
await Promise.all([client.close(), agent.destroy()])
