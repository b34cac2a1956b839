import { KEY } from './keys.ts'
import { anyRouter, type Session } from './session.ts'
import { expiry } from './value-truth.ts'

const LOCK_SECONDS = { least: 2, most: 5 }

/** Wins locks and gives them back, or lets them expire. */
export class LockClient {
  readonly #session: Session
  readonly #held: { readonly index: number; readonly until: number }[] = []

  constructor(session: Session) {
    this.#session = session
  }

  async request(): Promise<void> {
    const { keys, random, tally, now } = this.#session
    const held = this.#held.shift()
    if (held !== undefined && now() + 1000 < held.until) return await this.#unlock(held.index)
    const index = random.integer(0, keys.locks.length - 1)
    const truth = keys.locks[index]
    if (truth === undefined) return
    const ttl = random.integer(LOCK_SECONDS.least, LOCK_SECONDS.most)
    const [own, begun] = [truth.begin(), now()]
    const text = `${this.#session.number}`
    const won = await anyRouter(this.#session)
      .store(`add ${KEY.lock(index)} 0 ${ttl} ${text.length}`, text)
      .then((answer) => answer === 'STORED')
      .catch((error: unknown) => {
        tally.failed(error)
        return undefined
      })
    const verdict = truth.added(own, won, ttl, { begun, ended: now() })
    if (verdict === 'twice') tally.locksWonTwice += 1
    if (verdict === 'ghost') tally.ghostLocks += 1
    if (won) this.#held.push({ index, until: expiry(ttl, begun, now()).from })
  }

  async #unlock(index: number): Promise<void> {
    const { keys, now } = this.#session
    keys.locks[index]?.giveBack()
    await anyRouter(this.#session).store(`delete ${KEY.lock(index)}`)
    keys.locks[index]?.givenBack(now())
  }
}
