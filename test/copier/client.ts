import { Connection } from '../../copier/servers/connection.ts'
import { type Address, dialOver } from '../../copier/servers/dial.ts'
import { systemClock } from '../../process/clock.ts'

/** One of a memcached server, as people type. */
export class Client {
  readonly #connection: Connection

  constructor(address: Address) {
    this.#connection = new Connection(dialOver(undefined)(address), systemClock)
  }

  /** The reply to one request: its lines, or the value in it. */
  async say(request: string): Promise<string> {
    const [reply] = await this.#connection.exchange([[Buffer.from(`${request}\r\n`)]])
    if (reply?.value !== undefined) return reply.value.toString()
    return [...(reply?.lines ?? []), reply?.line ?? ''].join('\n')
  }

  /** Writes many values at once. */
  async fill(values: Iterable<readonly [key: string, value: string]>, expiry = 0): Promise<void> {
    const requests = [...values].map(([key, value]) => [
      Buffer.from(`set ${key} 7 ${expiry} ${Buffer.byteLength(value)}\r\n${value}\r\n`),
    ])
    for (const { line } of await this.#connection.exchange(requests))
      if (line !== 'STORED') throw new Error(`set: ${line}`)
  }

  set(key: string, value: string, expiry = 0): Promise<string> {
    return this.say(`set ${key} 7 ${expiry} ${Buffer.byteLength(value)}\r\n${value}`)
  }

  async get(key: string): Promise<string | undefined> {
    const said = await this.say(`get ${key}`)
    return said === 'END' ? undefined : said
  }

  /** What there is of keys, asked for at once. */
  async found(keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const replies = await this.#connection.exchange(keys.map((key) => [Buffer.from(`get ${key}\r\n`)]))
    return new Map(
      replies.flatMap(({ value }, index) =>
        value === undefined ? [] : [[keys[index] ?? '', value.toString()]],
      ),
    )
  }

  async statistic(name: string): Promise<number> {
    const said = await this.say('stats')
    return Number(new RegExp(`^STAT ${name} (\\d+)$`, 'm').exec(said)?.[1])
  }

  close(): void {
    this.#connection.close()
  }
}
