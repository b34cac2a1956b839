/** What follows it in a key does not count for the choice of a server: keys that agree up to it stay together. */
const HASH_STOP = '|#|'

/** The part of a key that decides where it goes, of a key without its routing prefix. */
export function routingKey(key: string): string {
  const stop = key.indexOf(HASH_STOP)
  return stop === -1 ? key : key.slice(0, stop)
}
