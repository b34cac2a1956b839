/** Objects by their uid, which no other ever has, and by their key: of what is gone, only the key is told. */
export class ByUid<T> {
  readonly #uids = new Map<string, string>()
  readonly #values = new Map<string, T>()

  set(key: string, uid: string, value: T): void {
    if (this.#uids.get(key) !== uid) this.delete(key)
    this.#uids.set(key, uid)
    this.#values.set(uid, value)
  }

  delete(key: string): void {
    const uid = this.#uids.get(key)
    if (uid === undefined) return
    this.#uids.delete(key)
    this.#values.delete(uid)
  }

  get(uid: string | undefined): T | undefined {
    return uid === undefined ? undefined : this.#values.get(uid)
  }
}
