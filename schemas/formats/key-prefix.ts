/** Why no key that mcrouter looks for under this prefix begins with it, or why it means something else there; undefined for a good one. */
export function keyPrefixComplaint(prefix: string): string | undefined {
  if (prefix === '')
    return 'is a prefix of every key, and mcrouter never looks at the wildcard beside it: leave one out'
  if (Buffer.byteLength(prefix) > 250) return 'must have at most 250 bytes, as a key has'
  if (/[\s\p{Cc}]/u.test(prefix)) return 'must have no spaces'
  if (prefix.startsWith('__mcrouter__.')) return "mcrouter's own commands begin so"
  if (prefix.includes('|#|')) return '|#| ends the part of a key that is hashed'
  if (/^\/[^/]*\/[^/]*\//.test(prefix))
    return 'no key begins so: mcrouter takes it for a routing prefix, and cuts it off'
  return undefined
}
