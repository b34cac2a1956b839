import { createServer, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'
import { certificateOf } from './certificate.ts'
import { type Command, type Target, talk } from './connection.ts'
import { Crowd, type CrowdPlan } from './crowd.ts'
import { audit, fill, type KeySet } from './keys.ts'
import { AGENT_PORT } from './port.ts'
import { Repetition, type RepetitionPlan } from './repetition.ts'
import { type Routes, routes } from './routes.ts'
import { type SignalRequest, signal } from './signal.ts'
import { Traffic, type TrafficPlan } from './traffic.ts'

// A memcached client in a pod of the cluster, steered over HTTP: whatever the cluster, it speaks to routers and memcached
// servers as an application does. Where it may, it also sends signals to
// processes of its node. The suite reaches it through the API server's proxy for pods.

/** What each path takes, as JSON. */
export interface Requests {
  readonly '/talk': readonly Command[]
  readonly '/fill': KeySet
  readonly '/audit': KeySet
  readonly '/routes': Routes
  readonly '/start': TrafficPlan & { readonly name: string }
  readonly '/gather': CrowdPlan & { readonly name: string }
  readonly '/repeat': RepetitionPlan & { readonly name: string }
  /** What was started by that name. */
  readonly '/stop': { readonly name: string }
  readonly '/certificate': Target
  readonly '/signal': SignalRequest
}

const running = new Map<string, { stop(): Promise<unknown> }>()

const actions: { readonly [path in keyof Requests]: (request: Requests[path]) => unknown } = {
  '/talk': talk,
  '/fill': fill,
  '/audit': audit,
  '/routes': routes,
  '/start': ({ name, ...plan }) => {
    running.set(name, new Traffic(plan))
    return {}
  },
  '/gather': async ({ name, ...plan }) => {
    running.set(name, await Crowd.gather(plan))
    return {}
  },
  '/repeat': ({ name, ...plan }) => {
    running.set(name, new Repetition(plan))
    return {}
  },
  '/stop': async ({ name }) => {
    const report = await running.get(name)?.stop()
    running.delete(name)
    return report
  },
  '/certificate': certificateOf,
  '/signal': signal,
}

async function answer(request: IncomingMessage): Promise<unknown> {
  const action = Object.entries(actions).find(([path]) => path === request.url)?.[1]
  // The suite is the only caller, and typed by Requests.
  return action?.((await json(request)) as never)
}

createServer((request, response) => {
  if (request.method === 'GET') return response.end('ok\n')
  answer(request).then(
    (body) => response.writeHead(body === undefined ? 404 : 200).end(JSON.stringify(body ?? {})),
    (error) => response.writeHead(500).end(String(error)),
  )
}).listen(AGENT_PORT)
