import { destinations } from '../../../routing/explain/destinations.ts'
import { isJsonObject, type JsonObject } from '../../../schemas/json.ts'
import { keyOf } from '../agent/keys.ts'
import type { Client } from '../support/client.ts'
import type { Nodes } from '../support/node.ts'
import { type Example, examples } from '../support/topologies.ts'
import { hostsOf } from './others.ts'

/** How many keys of a series are looked at. */
export const KEYS = 400

/** The examples side by side in a namespace. */
export class Stage {
  readonly namespace: string
  readonly client: Client
  readonly nodes: Nodes
  readonly examples: ReadonlyMap<string, Example>

  constructor(namespace: string, client: Client, nodes: Nodes) {
    this.namespace = namespace
    this.client = client
    this.nodes = nodes
    this.examples = examples(namespace, hostsOf(namespace))
  }

  the(name: string): Example {
    const example = this.examples.get(name)
    if (example === undefined) throw new Error(`there is no example ${name}`)
    return example
  }

  async each(action: (example: Example, name: string) => Promise<void>): Promise<void> {
    await Promise.all([...this.examples].map(([name, example]) => action(example, name)))
  }
}

export function keysWith(prefix: string, count = KEYS): string[] {
  return Array.from({ length: count }, (_, index) => keyOf(prefix, index))
}

/** The servers that have a key which was set, as it is explained. */
export function holdersOf({ topology }: Pick<Example, 'topology'>, key: string): ReadonlySet<string> {
  return new Set(destinations(topology.explain('set', key)))
}

export function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}
