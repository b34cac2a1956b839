import type { IncomingMessage, ServerResponse } from 'node:http'
import { isKnownCaller } from '../../process/caller.ts'
import { OrderError, parseOrder } from '../order.ts'
import type { Works } from '../works.ts'

/** A thousand servers take 60 KB. */
const LARGEST = 256 * 1024

/**
 * `PUT /order` and `GET /progress`, for those with a certificate of the CA that may give orders; `GET /healthz` for kubelet, which has
 * none. Both of the first answer with what is known of every pool.
 */
export async function answer(
  works: Works,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '' } = request
  if (url === '/healthz') return say(response, 200, 'ok\n')
  if (!isKnownCaller(request.socket))
    return say(response, 403, 'a client certificate of the CA in --client-ca is needed\n')
  if (method === 'GET' && url === '/progress') return tell(response, works)
  if (method !== 'PUT' || url !== '/order')
    return say(response, 404, 'there are PUT /order and GET /progress\n')
  try {
    await works.take(parseOrder(await bodyOf(request)))
    tell(response, works)
  } catch (error) {
    if (!(error instanceof OrderError)) throw error
    say(response, 400, `${error.message}\n`)
  }
}

function tell(response: ServerResponse, { progress }: Works): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(`${JSON.stringify({ progress })}\n`)
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of request) {
    if (!Buffer.isBuffer(piece)) continue
    length += piece.length
    if (length > LARGEST) throw new OrderError(`it is larger than ${LARGEST} bytes`)
    pieces.push(piece)
  }
  return Buffer.concat(pieces).toString()
}
