import type { Release } from '../../schemas/mcrouter.ts'
import { unknownTo } from './release-span.ts'
import type { Word } from './value-type.ts'

/** mcrouter takes a policy for them, and never asks it (routes/ProxyRoute.h:71). */
const UNROUTED: Word = {
  withheld: 'it goes to every server of every pool, whatever the routes say: leave it out',
}

/** Names as in lib/network/Memcache.idl:39-459; release 37 has neither gat nor gats. */
export const OPERATIONS: Readonly<Record<string, Word>> = {
  get: {},
  gets: {},
  gat: { since: '40' },
  gats: { since: '40' },
  set: {},
  add: {},
  replace: {},
  append: {},
  prepend: {},
  cas: {},
  incr: {},
  decr: {},
  delete: {},
  touch: {},
  metaget: {},
  'lease-get': {},
  'lease-set': {},
  flushre: UNROUTED,
  flushall: UNROUTED,
}

/** What clients of a release can ask for and a route answers. */
export function routedOperations(release: Release): string[] {
  return Object.entries(OPERATIONS)
    .filter(([, word]) => word.withheld === undefined && unknownTo(release, word) === undefined)
    .map(([name]) => name)
}

/** By RoutingGroupRoute (lib/network/gen/MemcacheRoutingGroups.h); touch is in none. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  get_like: ['get', 'gets', 'gat', 'gats', 'lease-get', 'metaget'],
  update_like: ['set', 'add', 'replace', 'append', 'prepend', 'cas', 'lease-set'],
  delete_like: ['delete'],
  arithmetic_like: ['incr', 'decr'],
}
