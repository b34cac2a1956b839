import type { Retrieved } from './connection.ts'
import { KEY } from './keys.ts'
import { anyRouter, type Session } from './session.ts'
import { appendedText, versionIn, wholeText } from './stored-text.ts'
import { expiry, type Found, judge, type Verdict, type Written } from './value-truth.ts'

/** So long nobody stores a key again that was deleted: if it is found, it has come back. */
const DELETED_MS = 10_000
const LENGTHS = { least: 100, most: 2000 }
const TTL_SECONDS = { least: 5, most: 120 }

/** Reads all values, and writes those of one client. */
export class ValueClient {
  readonly #session: Session
  /** By value of its own. */
  readonly #deletedAt = new Map<number, number>()

  constructor(session: Session) {
    this.#session = session
  }

  isJustDeleted(index: number): boolean {
    const at = this.#deletedAt.get(index)
    return at !== undefined && this.#session.now() - at < DELETED_MS
  }

  async read(
    verb: 'get' | 'gets',
    index: number,
  ): Promise<{ readonly found: Retrieved | undefined; readonly verdict: Verdict }> {
    const { keys, tally, now } = this.#session
    const truth = keys.values[index]
    const [before, begun] = [truth?.known(), now()]
    const found = await anyRouter(this.#session).retrieve(verb, KEY.value(index))
    const after = truth?.known()
    if (before === undefined || after === undefined) throw new RangeError(`there is no value ${index}`)
    const seen: Found = found === undefined ? 'nothing' : { version: versionIn(found.text) }
    const verdict = judge(seen, before, after, begun, now())
    tally.read(verdict, now())
    if (verdict === 'stale' && before.last?.kind === 'cas')
      tally.lostCas(KEY.value(index), before.last.version)
    if (found === undefined) keys.missed(index)
    return { found, verdict }
  }

  async set(index: number): Promise<void> {
    const { random } = this.#session
    const isForever = random.next() < 0.5
    const ttl = isForever ? 0 : random.integer(TTL_SECONDS.least, TTL_SECONDS.most)
    await this.#write(index, 'stored', ttl, async (version) => {
      const text = this.#text(version)
      return await anyRouter(this.#session).store(`set ${KEY.value(index)} 0 ${ttl} ${text.length}`, text)
    })
  }

  #text(version: number): string {
    return wholeText(version, this.#session.random.integer(LENGTHS.least, LENGTHS.most))
  }

  /** @returns the answer, where that is not that it was stored */
  async #write(
    index: number,
    kind: Written['kind'],
    ttl: number | Written['expires'],
    ask: (version: number) => Promise<string>,
  ): Promise<string | undefined> {
    const { keys, now } = this.#session
    const truth = keys.values[index]
    if (truth === undefined) throw new RangeError(`there is no value ${index}`)
    const [version, begun] = [truth.begin(), now()]
    const answer = await ask(version)
    if (answer === 'NOT_STORED' || answer === 'EXISTS' || (answer === 'NOT_FOUND' && kind !== 'deleted')) {
      truth.refused()
      return answer
    }
    const expires = typeof ttl === 'number' ? expiry(ttl, begun, now()) : ttl
    truth.acknowledged({ version, kind, expires })
    return undefined
  }

  async remove(index: number): Promise<void> {
    this.#deletedAt.set(index, this.#session.now())
    await this.#write(index, 'deleted', 0, () => anyRouter(this.#session).store(`delete ${KEY.value(index)}`))
    this.#deletedAt.set(index, this.#session.now())
  }

  /** The value as it is by all that is known; undefined where it need not be there. */
  #present(index: number): Written | undefined {
    const { keys, now } = this.#session
    const { last, pending } = keys.values[index]?.known() ?? {}
    const isThere = last !== undefined && last.kind !== 'deleted' && now() + 1000 < last.expires.from
    return isThere && pending === false ? last : undefined
  }

  async append(index: number): Promise<void> {
    const present = this.#present(index)
    if (present === undefined) return void (await this.read('get', index))
    const refused = await this.#write(index, 'stored', present.expires, async (version) => {
      const text = appendedText(version)
      return await anyRouter(this.#session).store(`append ${KEY.value(index)} 0 0 ${text.length}`, text)
    })
    if (refused === undefined) return
    this.#session.tally.read('miss', this.#session.now())
    await this.set(index)
  }

  async cas(index: number): Promise<void> {
    const { found, verdict } = await this.read('gets', index)
    if (found === undefined || verdict !== 'hit' || this.#present(index) === undefined) return
    const refused = await this.#write(index, 'cas', 0, async (version) => {
      const text = this.#text(version)
      return await anyRouter(this.#session).store(
        `cas ${KEY.value(index)} 0 0 ${text.length} ${found.token}`,
        text,
      )
    })
    if (refused !== undefined) this.#session.tally.casRefused += 1
  }
}
