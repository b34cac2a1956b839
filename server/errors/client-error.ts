import type { Socket } from 'node:net'
import { isUnused } from '../../process/unused-connections.ts'
import { MCR_ERR_HEADERS_TOO_LARGE, MCR_ERR_HTTP, MCR_ERR_TIMEOUT } from './errors.ts'
import { type CodedError, PROBLEM_TYPE, problemOf } from './problem.ts'

/**
 * Answers what Node's parser could not make a request of, or did not get in time, and closes the connection.
 * There is no reply to write with yet, hence the bytes by hand.
 */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  // Node tells once of each that owes its headers, and tells anew of this one when its first request has begun and takes too long.
  if (error.code === TIMEOUT && isUnused(socket)) return
  const coded = codedErrorOf(error.code ?? '')
  // A reset, or a handshake that failed: what is written would wait for a secure connection for ever.
  if (coded === undefined || !socket.writable) {
    socket.destroy()
    return
  }
  const problem = problemOf(coded)
  const body = JSON.stringify(problem)
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    `content-type: ${PROBLEM_TYPE}`,
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}

const TIMEOUT = 'ERR_HTTP_REQUEST_TIMEOUT'

function codedErrorOf(code: string): CodedError | undefined {
  if (code === TIMEOUT) return new MCR_ERR_TIMEOUT()
  if (code === 'HPE_HEADER_OVERFLOW') return new MCR_ERR_HEADERS_TOO_LARGE()
  return code.startsWith('HPE_') ? new MCR_ERR_HTTP(code) : undefined
}
