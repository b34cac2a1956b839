import { isDeepStrictEqual } from 'node:util'
import Type, { type Static } from 'typebox'
import { Check, Errors } from 'typebox/value'
import { PHASES } from './phases.ts'

/** Servers of a pool (schemas/pool-size.ts). */
const MOST_SERVERS = 1_000

const Server = Type.Object(
  {
    host: Type.String({ minLength: 1, maxLength: 253, pattern: '^[0-9A-Za-z:.-]+$' }),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
  },
  { additionalProperties: false },
)

const Schema = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 128, description: 'Of the resize: another one begins anew.' }),
    pool: Type.String({ minLength: 1, maxLength: 63 }),
    phase: Type.Enum([...PHASES]),
    servers: Type.Array(Server, {
      minItems: 1,
      maxItems: MOST_SERVERS,
      description: 'Of the larger layout, in its order.',
    }),
    from: Type.Integer({ minimum: 1, maximum: MOST_SERVERS, description: 'Servers before.' }),
    to: Type.Integer({ minimum: 1, maximum: MOST_SERVERS, description: 'Servers after.' }),
    salt: Type.String({ maxLength: 250, description: 'Of the hash; empty for none.' }),
    tls: Type.Boolean({ description: 'Whether the servers speak TLS.' }),
    rate: Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Keys a second and source.' }),
    timeoutSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      description: 'How long copying the keys of one source may take.',
    }),
  },
  { additionalProperties: false },
)

/** What is to be done for a pool. The same order again changes nothing. */
export type Order = Static<typeof Schema>

/** What was sent is no order; the message says where it is wrong. */
export class OrderError extends Error {
  override readonly name = 'OrderError'
}

/** @throws {OrderError} */
export function parseOrder(text: string): Order {
  const value = jsonIn(text)
  if (!Check(Schema, value)) {
    const [first] = Errors(Schema, value)
    throw new OrderError(`${first?.instancePath || '/'} ${first?.message ?? 'is wrong'}`)
  }
  if (value.servers.length !== Math.max(value.from, value.to))
    throw new OrderError('/servers must be as many as the larger of /from and /to')
  if (value.from === value.to) throw new OrderError('/to must not be /from: no key would move')
  return value
}

/** Whether what was learnt of the keys for one order is of use to another. */
export function isSameResize(one: Order, other: Order): boolean {
  return isDeepStrictEqual(resizeOf(one), resizeOf(other))
}

function resizeOf({ id, pool, servers, from, to, salt, tls }: Order) {
  return { id, pool, servers, from, to, salt, tls }
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new OrderError(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`)
  }
}
