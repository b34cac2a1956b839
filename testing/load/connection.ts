import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Address {
  readonly host: string
  readonly port: number
}

export interface Retrieved {
  readonly text: string
  /** Of `gets`. */
  readonly token: string
}

/** A line is the whole answer to what stores, and a retrieval ends with END or an error. */
const LINE = /^[^\r]*\r\n$/
const RETRIEVAL = /(?:^|\r\n)(?:END|(?:SERVER_|CLIENT_)?ERROR[^\r]*)\r\n$/
const VALUE = /^VALUE \S+ \d+ (\d+)(?: (\d+))?\r\n/

/**
 * One client's connection to a router, in memcached's text protocol: one request at a time. After an error it is made anew, so that an
 * answer that comes late is taken for no other's.
 */
export class Connection {
  readonly #address: Address
  readonly #timeoutMs: number
  #socket: Socket | undefined

  constructor(address: Address, timeoutMs: number) {
    this.#address = address
    this.#timeoutMs = timeoutMs
  }

  /** @returns the one line that memcached answers with @throws what is no answer, such as SERVER_ERROR */
  async store(command: string, text?: string): Promise<string> {
    const data = text === undefined ? '' : `${text}\r\n`
    return await this.#ask(`${command}\r\n${data}`, LINE)
  }

  /** @param verb get or gets @throws as {@link store} */
  async retrieve(verb: 'get' | 'gets', key: string): Promise<Retrieved | undefined> {
    const answer = await this.#ask(`${verb} ${key}\r\n`, RETRIEVAL)
    const [header, length, token = ''] = VALUE.exec(answer) ?? []
    if (header === undefined) return undefined
    return { text: answer.slice(header.length, header.length + Number(length)), token }
  }

  close(): void {
    this.#socket?.destroy()
    this.#socket = undefined
  }

  async #ask(request: string, isWhole: RegExp): Promise<string> {
    try {
      const answer = await this.#answer(request, isWhole)
      if (/^(SERVER_|CLIENT_)?ERROR/.test(answer)) throw new Error(answer.trim())
      return answer.trimEnd()
    } catch (error) {
      this.close()
      throw error
    }
  }

  async #answer(request: string, isWhole: RegExp): Promise<string> {
    const signal = AbortSignal.timeout(this.#timeoutMs)
    if (this.#socket?.destroyed) this.#socket = undefined
    this.#socket ??= await opened(this.#address, signal)
    this.#socket.write(request)
    let answer = ''
    while (!isWhole.test(answer)) answer += (await once(this.#socket, 'data', { signal }))[0]
    return answer
  }
}

async function opened({ host, port }: Address, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port }).setNoDelay(true).setEncoding('latin1')
  try {
    await once(socket, 'connect', { signal })
  } catch (error) {
    socket.destroy()
    throw error
  }
  // Whoever waits for an answer is told; while nobody does, the next request connects anew.
  socket.on('error', () => socket.destroy())
  socket.once('end', () => socket.destroy(new Error(`${host}:${port} has hung up`)))
  return socket
}
