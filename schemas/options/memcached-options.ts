import {
  decimal,
  integer,
  managed,
  NOTHING,
  type Option,
  refused,
  refusedWithValue,
  type Settable,
  word,
} from './option.ts'

// Options of memcached 1.5 and 1.6, from main() in memcached.c of 1.5.12 and of 1.6.42 and from `memcached -h` of 1.6.18.
// Ranges are memcached's own checks, or narrower where the memory of the pod is reckoned with what they would change
// (docs/adr/0001-memcached-memory.md).

export interface MemcachedOption {
  readonly long?: string
  readonly option: Option
  readonly since?: '1.6'
}

const FILES = 'reads or writes a file, and its container has none for it'
const NETWORK = 'would make it listen elsewhere than its Service and its NetworkPolicy say'
const EXTERNAL = 'keeps values in a file: the servers of a pool have no disk'
const CHUNKS = 'changes the chunks in which the memory of the pod, and the largest item, are reckoned'
const CERTIFICATES = 'belongs to TLS, of which the field tls of the pool is all there is'
const PROXY = 'makes a proxy of it that runs programs of its own'
const ENDS = 'ends it at once'
const PRIVILEGES = 'changes privileges, which its container does not have'

/** By the letter after the dash. */
export const MEMCACHED: Readonly<Record<string, MemcachedOption>> = {
  a: { long: 'unix-mask', option: refusedWithValue(NETWORK) },
  A: { long: 'enable-shutdown', option: refused('lets every client stop it') },
  b: { long: 'listen-backlog', option: integer(1, 65_535) },
  // mcrouter speaks the text protocol to every server.
  B: { long: 'protocol', option: word('ascii', 'auto') },
  c: { long: 'conn-limit', option: managed('maxConnections') },
  C: { long: 'disable-cas', option: NOTHING },
  d: { long: 'daemon', option: refused('takes it out of the sight of its container, which then ends') },
  D: { option: refusedWithValue('keeps counters of every prefix of a key, without a bound to their memory') },
  e: { long: 'memory-file', option: refusedWithValue(EXTERNAL) },
  // Below the default there are more sizes of chunks, each of which takes a page beyond -m.
  f: { long: 'slab-growth-factor', option: decimal(1.25, 8) },
  F: { long: 'disable-flush-all', option: NOTHING },
  h: { long: 'help', option: refused(ENDS) },
  i: { long: 'license', option: refused(ENDS) },
  I: { long: 'max-item-size', option: managed('maxItemSize') },
  k: { long: 'lock-memory', option: refused(PRIVILEGES) },
  l: { long: 'listen', option: refusedWithValue(NETWORK) },
  L: { long: 'enable-largepages', option: refused('needs huge pages, which its pod does not ask for') },
  m: { long: 'memory-limit', option: managed('memory') },
  M: { long: 'disable-evictions', option: NOTHING },
  n: { long: 'slab-min-size', option: integer(48, 1024) },
  N: { long: 'napi-ids', option: refusedWithValue('depends on the network card of its node'), since: '1.6' },
  o: { long: 'extended', option: { takes: { type: 'word', words: [] } } },
  p: { long: 'port', option: managed('port') },
  P: { long: 'pidfile', option: refusedWithValue(FILES) },
  r: {
    long: 'enable-coredumps',
    option: refused('writes its memory, values of clients, to the disk of the node'),
  },
  R: { long: 'max-reqs-per-event', option: integer(1, 1_000_000) },
  s: { long: 'unix-socket', option: refusedWithValue(NETWORK) },
  S: {
    long: 'enable-sasl',
    option: refused('makes it refuse the routers: mcrouter has no password to give'),
  },
  t: { long: 'threads', option: managed('threads') },
  u: { long: 'user', option: refusedWithValue('runs it as another user, which its container may not') },
  U: { long: 'udp-port', option: refusedWithValue(NETWORK) },
  v: { long: 'verbose', option: NOTHING },
  V: { long: 'version', option: refused(ENDS) },
  W: { long: 'disable-watch', option: NOTHING, since: '1.6' },
  X: { long: 'disable-dumping', option: NOTHING },
  Y: { long: 'auth-file', option: refusedWithValue(FILES) },
  Z: { long: 'enable-ssl', option: refused(CERTIFICATES) },
}

const idleTimeout: Settable = {
  // mcrouter keeps an idle connection for 60 to 120 s, and leaves a server out that closes one.
  takes: { type: 'integer', least: 121, most: 2_147_483_647, orZero: true },
}
const automove: Settable = { takes: { type: 'integer', least: 0, most: 2, optional: true } }

interface ExtendedOption {
  readonly option: Option
  readonly since?: '1.6'
}

/** What -o takes, by name. */
export const EXTENDED: Readonly<Record<string, ExtendedOption>> = {
  ...sameFor(NOTHING, [
    'maxconns_fast',
    'no_maxconns_fast',
    'no_hashexpand',
    'slab_reassign',
    'no_slab_reassign',
    'no_slab_automove',
    'lru_crawler',
    'no_lru_crawler',
    'lru_maintainer',
    'no_lru_maintainer',
    'track_sizes',
    'inline_ascii_resp',
    'no_inline_ascii_resp',
    'modern',
  ]),
  // From the default on, which must be above the power of the locks, up to 15 with many threads; 2^20 entries take 8 MiB.
  hashpower: { option: integer(16, 20) },
  hash_algorithm: { option: word('jenkins', 'murmur3', 'xxh3') },
  slab_automove: { option: automove },
  slab_automove_ratio: { option: decimal(0.01, 1) },
  // With a window of 2^31 - 1, 1.6.18 crashes.
  slab_automove_window: { option: integer(3, 1000) },
  lru_crawler_sleep: { option: integer(0, 1_000_000) },
  lru_crawler_tocrawl: { option: integer(0, 4_294_967_295) },
  hot_lru_pct: { option: integer(1, 79) },
  warm_lru_pct: { option: integer(1, 79) },
  hot_max_factor: { option: decimal(0.01, 1000) },
  warm_max_factor: { option: decimal(0.01, 1000) },
  temporary_ttl: { option: integer(0, 2_592_000) },
  idle_timeout: { option: idleTimeout },
  watcher_logbuf_size: { option: integer(1, 1024) },
  // With 1, 1.6.18 does not start.
  worker_logbuf_size: { option: integer(64, 1024) },
  // In MiB, kept in bytes of 32 bits.
  read_buf_mem_limit: { option: integer(0, 4095), since: '1.6' },
  ...sameFor(refusedWithValue(CHUNKS), ['slab_sizes', 'slab_chunk_max', 'no_chunked_items', 'no_modern']),
  ...sameFor(refusedWithValue('frees items that are in use: memcached calls it very dangerous'), [
    'tail_repair_time',
  ]),
  ...sameFor(refusedWithValue('does nothing any more; set read_buf_mem_limit'), ['resp_obj_mem_limit']),
  ...sameFor(refusedWithValue(PRIVILEGES), [
    'drop_privileges',
    'no_drop_privileges',
    'relaxed_privileges',
    'sock_cookie_id',
  ]),
  ...sameFor(refusedWithValue(CERTIFICATES), [
    'ssl_chain_cert',
    'ssl_key',
    'ssl_verify_mode',
    'ssl_keyformat',
    'ssl_ciphers',
    'ssl_ca_cert',
    'ssl_wbuf_size',
    'ssl_session_cache',
    'ssl_kernel_tls',
    'ssl_min_version',
  ]),
  ...sameFor(refusedWithValue(PROXY), ['proxy_config', 'proxy_arg', 'proxy_uring', 'proxy_memprofile']),
  ...sameFor(refusedWithValue(EXTERNAL), [
    'ext_path',
    'ext_page_size',
    'ext_wbuf_size',
    'ext_threads',
    'ext_io_depth',
    'ext_item_size',
    'ext_item_age',
    'ext_low_ttl',
    'ext_drop_unread',
    'ext_recache_rate',
    'ext_compact_under',
    'ext_drop_under',
    'ext_max_frag',
    'ext_max_sleep',
    'slab_automove_freeratio',
  ]),
}

function sameFor(option: Option, names: readonly string[]): Record<string, ExtendedOption> {
  return Object.fromEntries(names.map((name) => [name, { option }]))
}
