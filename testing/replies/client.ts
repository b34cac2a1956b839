import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { LOOPBACK } from '../control-plane/port.ts'

/** A read ends with this, or with an error. */
const READ = /(^END|\r\nEND|^[A-Z]+_ERROR.*|^ERROR)\r\n$/

/** Asks as the replies were recorded. */
export class RecordedClient {
  readonly #socket: Socket

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  /** @param port of a router that accepts connections */
  static async connect(port: number): Promise<RecordedClient> {
    const socket = connect(port, LOOPBACK)
    await once(socket, 'connect')
    socket.once('end', () => socket.destroy(new Error('mcrouter has hung up')))
    return new RecordedClient(socket)
  }

  /** The key as it is to be before the request; returns the token that a caller has of it from then on. */
  async prepare(op: string, key: string): Promise<string> {
    if (op.endsWith('-absent')) return ''
    const value = op === 'incr' || op === 'decr' ? '10' : 'val'
    await this.#ask(`set ${key} 0 0 ${value.length}\r\n${value}`)
    return op === 'cas-old' ? tokenIn(await this.#ask(`gets ${key}`, READ)) : ''
  }

  /** @param before the token that `prepare` returned; any, where the configuration reads none */
  async answer(op: string, key: string, before: string): Promise<string> {
    const [command = op] = op.split('-')
    if (command === 'version' || command === 'flush_all') return this.#ask(command)
    if (command === 'get' || command === 'gets') return this.#ask(`${command} ${key}`, READ)
    if (command === 'gat' || command === 'gats') return this.#ask(`${command} 60 ${key}`, READ)
    if (command === 'delete') return this.#ask(`delete ${key}`)
    if (command === 'touch') return this.#ask(`touch ${key} 60`)
    if (command === 'incr' || command === 'decr') return this.#ask(`${command} ${key} 1`)
    if (command !== 'cas') return this.#ask(`${command} ${key} 0 0 3\r\nnew`)
    if (op === 'cas-old') return this.#ask(`cas ${key} 0 0 3 ${before || 1}\r\nnew`)
    const found = await this.#ask(`gets ${key}`, READ)
    const token = tokenIn(found)
    return token === '' ? `gets: ${found}` : this.#ask(`cas ${key} 0 0 3 ${token}\r\nnew`)
  }

  /** How many servers the router holds for dead. */
  async suspects(): Promise<number> {
    const stats = await this.#ask('stats', /END\r\n$/)
    return Number(/num_suspect_servers (\d+)/.exec(stats)?.[1])
  }

  end(): void {
    this.#socket.destroy()
  }

  /** The reply to one request, its lines joined as in the vectors. */
  async #ask(request: string, whole = /\r\n$/): Promise<string> {
    this.#socket.write(`${request}\r\n`)
    let text = ''
    while (!whole.test(text)) text += (await once(this.#socket, 'data'))[0]
    return text.trimEnd().replaceAll('\r\n', ' | ')
  }
}

function tokenIn(found: string): string {
  return / (\d+) \| /.exec(found)?.[1] ?? ''
}
