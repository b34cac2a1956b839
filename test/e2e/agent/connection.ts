import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { parseReply, type Reply } from './reply.ts'

export interface Target {
  readonly host: string
  readonly port: number
  /** By TLS, with a certificate for `host` that one of these CAs has signed, PEM; without TLS where it is not there. */
  readonly ca?: string
}

/** Above mcrouter's server timeout (500 ms) with one failover: what is slower, a client would give up as well. */
const TIMEOUT_MS = 2000

/** One command at a time over one connection, opened when needed and opened anew after it broke. Never throws. */
export class Connection {
  readonly #target: Target
  #socket: Socket | undefined

  constructor(target: Target) {
    this.#target = target
  }

  set(key: string, value: string): Promise<Reply> {
    return this.ask(`set ${key} 0 0 ${value.length}\r\n${value}\r\n`)
  }

  get(key: string): Promise<Reply> {
    return this.ask(`get ${key}\r\n`)
  }

  /** Sends `text`, which is one whole command, and reads its reply. */
  ask(text: string): Promise<Reply> {
    const socket = this.#open()
    return new Promise((resolve) => {
      let received = Buffer.alloc(0)
      const timer = setTimeout(
        () => end({ kind: 'timeout', text: `no reply in ${TIMEOUT_MS} ms` }),
        TIMEOUT_MS,
      )
      const onError = (error: Error) => end({ kind: 'connection', text: error.message })
      const onClose = () => end({ kind: 'connection', text: 'closed before the reply' })
      const onData = (data: Buffer) => {
        received = Buffer.concat([received, data])
        try {
          const parsed = parseReply(received)
          if (parsed) end(parsed.reply, received.length === parsed.length)
        } catch (error) {
          end({ kind: 'error', text: String(error) })
        }
      }
      const end = (reply: Reply, reusable = false) => {
        clearTimeout(timer)
        socket.off('data', onData).off('error', onError).off('close', onClose)
        if (!reusable) this.close()
        resolve(reply)
      }
      socket.on('data', onData).on('error', onError).on('close', onClose)
      socket.write(text, 'latin1')
    })
  }

  close(): void {
    this.#socket?.on('error', () => undefined).destroy()
    this.#socket = undefined
  }

  #open(): Socket {
    if (this.#socket?.destroyed !== false) this.#socket = dial(this.#target)
    // Between two commands nobody listens, and an idle connection may be cut.
    return this.#socket.removeAllListeners('error').on('error', () => undefined)
  }
}

function dial(target: Target): Socket {
  return target.ca === undefined
    ? connect({ ...target, noDelay: true })
    : connectTls({ ...target, servername: target.host }).setNoDelay(true)
}

/** A command without its end of line, for any address: a Service, or a pod of it. */
export interface Command {
  readonly target: Target
  readonly command: string
}

/** One after the other, each over a connection of its own. */
export async function talk(commands: readonly Command[]): Promise<Reply[]> {
  const replies: Reply[] = []
  for (const { target, command } of commands) {
    const connection = new Connection(target)
    replies.push(await connection.ask(`${command}\r\n`))
    connection.close()
  }
  return replies
}
