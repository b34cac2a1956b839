import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fault } from './fault.ts'

export interface Delivery {
  /** Whether nothing may come through any more. */
  readonly isFrozen: () => boolean
  /** What was asked. */
  readonly key: string
  /** The bodies that each thing asked had the first time. */
  readonly firstBodies: Map<string, Buffer>
}

/** Hands an answer on, as the fault has it. */
export async function deliver(
  answer: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
  delivery: Delivery,
): Promise<void> {
  try {
    if (fault?.kind === 'unanswered') {
      for await (const _ of answer);
      response.socket?.destroy()
      return
    }
    const { 'content-length': _, ...headers } = answer.headers
    response.writeHead(answer.statusCode ?? 502, headers)
    response.flushHeaders()
    if (fault?.kind === 'stale') return await repeatFirst(answer, response, delivery)
    if (fault?.kind === 'prefix') response.write(fault.text)
    await hand(answer, response, fault, delivery)
  } catch {
    // One of the two sides went away, which ends the other.
    response.socket?.destroy()
  }
}

async function hand(
  answer: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
  { isFrozen, key, firstBodies }: Delivery,
): Promise<void> {
  const chunks: Buffer[] = []
  let left = fault?.kind === 'cut' ? fault.bytes : Number.POSITIVE_INFINITY
  for await (const chunk of pieces(answer, fault)) {
    if (isFrozen()) continue
    response.write(chunk.subarray(0, left))
    left -= chunk.length
    if (left <= 0) {
      response.socket?.destroy()
      return
    }
    if (!key.includes('watch=true')) chunks.push(chunk)
  }
  if (!firstBodies.has(key)) firstBodies.set(key, Buffer.concat(chunks))
  if (!isFrozen()) response.end()
}

async function* pieces(answer: AsyncIterable<Buffer>, fault: Fault | undefined): AsyncGenerator<Buffer> {
  for await (const chunk of answer) {
    if (fault?.kind !== 'slow') {
      yield chunk
      continue
    }
    for (let from = 0; from < chunk.length; from += fault.bytes) {
      yield chunk.subarray(from, from + fault.bytes)
      await delay(fault.everyMs)
    }
  }
}

async function repeatFirst(
  answer: IncomingMessage,
  response: ServerResponse,
  delivery: Delivery,
): Promise<void> {
  for await (const _ of answer);
  response.end(delivery.firstBodies.get(delivery.key))
}
