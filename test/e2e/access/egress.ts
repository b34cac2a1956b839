import type { Test } from 'tap'
import type { Target } from '../agent/connection.ts'
import { AGENT_PORT } from '../agent/port.ts'
import { Agent } from '../support/agent.ts'
import { Client, startClient } from '../support/client.ts'
import { get, textAt } from '../support/cluster.ts'
import type { Mcrouter } from '../support/mcrouter.ts'

/**
 * Connections that are made from within the pods of both tiers. Whoever a router obeys could send it anywhere: it connects to its own
 * servers and to those of others that its configuration names, by their names in DNS, and to nothing else; servers to nothing.
 * Pods stand for servers of others: by address and port they are told from any other.
 */
export async function egressIsClosed(t: Test, mcrouter: Mcrouter): Promise<void> {
  const { namespace } = mcrouter
  await Promise.all(['named', 'unnamed'].map((name) => startClient(namespace, name)))
  const [named, unnamed] = [await addressOf(namespace, 'named'), await addressOf(namespace, 'unnamed')]
  await mcrouter.patch({
    pools: [{ name: 'others', external: [named] }],
    prefixes: [{ prefix: 'others:', pool: 'others' }],
  })
  await mcrouter.settled()
  const own: Target = { host: mcrouter.server(0), port: 11211 }
  const routers: Target = { host: mcrouter.host, port: 5000 }

  const [router = ''] = await mcrouter.pods('mcrouter')
  t.strictSame(await outcomes(namespace, router, { own, named, unnamed }), {
    own: 'text',
    named: 'text',
    unnamed: 'timeout',
  })
  const [server = ''] = await mcrouter.pods('memcached')
  const nothing = { named: 'timeout', unnamed: 'timeout', routers: 'timeout' }
  t.strictSame(await outcomes(namespace, server, { named, unnamed, routers }), nothing)
  await mcrouter.patch({ prefixes: null, pools: null })
  await mcrouter.settled()
}

async function addressOf(namespace: string, pod: string): Promise<Target> {
  return { host: textAt(await get(['-n', namespace, 'pod', pod]), 'status.podIP'), port: AGENT_PORT }
}

/** What came of a command to each of these, from within a pod. An agent answers it with an error of HTTP. */
async function outcomes(namespace: string, pod: string, targets: Readonly<Record<string, Target>>) {
  const inside = new Client(await Agent.within(namespace, pod))
  const commands = Object.values(targets).map((target) => ({ target, command: 'version' }))
  const replies = await inside.talks(commands)
  return Object.fromEntries(Object.keys(targets).map((name, index) => [name, replies[index]?.kind]))
}
