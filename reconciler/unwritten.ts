import type { JsonObject } from '../schemas/json.ts'
import { RETIRING_ANNOTATION } from '../schemas/well-known.ts'
import type { KubeObject } from './kube/api.ts'

/**
 * What passes found of a Mcrouter and could not write into it: while nobody converts, the API server takes no write in another
 * version than the stored one. The next pass goes by it. Otherwise a decision that rests on what the one before found would never be
 * taken: a shrink, which is over some time after its routers have confirmed, would begin anew with each pass.
 *
 * Whoever leads next knows nothing of it, and finds it anew.
 */
export class Unwritten {
  #uid = ''
  #status: JsonObject | undefined
  #retired: string | undefined

  /** @param status as a pass wants it written */
  status(uid: string, status: JsonObject): void {
    this.#of(uid)
    this.#status = status
  }

  /** All of it is written. */
  statusWritten(): void {
    this.#status = undefined
  }

  /** None of the routers that its annotation names is there any more. */
  retired({ metadata }: KubeObject): void {
    this.#of(metadata.uid)
    this.#retired = metadata.annotations?.[RETIRING_ANNOTATION]
  }

  /** The Mcrouter as it would be if all had been written. */
  over(stored: KubeObject): KubeObject {
    const { uid, annotations = {} } = stored.metadata
    if (uid !== this.#uid) return stored
    const status = this.#status ?? stored.status
    const { [RETIRING_ANNOTATION]: retiring, ...others } = annotations
    const isRetired = retiring !== undefined && retiring === this.#retired
    return {
      ...stored,
      ...(isRetired && { metadata: { ...stored.metadata, annotations: others } }),
      ...(status !== undefined && { status }),
    }
  }

  #of(uid: string): void {
    if (uid === this.#uid) return
    this.#uid = uid
    this.#status = undefined
    this.#retired = undefined
  }
}
