import type { Exposition, Sample } from '../exposition/exposition.ts'
import { counter, type Family, gauge } from '../exposition/family.ts'
import { labelText } from '../exposition/labels.ts'
import { numberIn } from '../exposition/numbers.ts'
import { setsIn } from './memcached-sets.ts'

/** Classes of slabs are numbered from 1 (memcached.h, MAX_NUMBER_OF_SLAB_CLASSES is one more). */
const CLASSES = 63

const LRU_HITS = counter('memcached_slab_lru_hits_total', 'Hits by the LRU in which the item was.')
const COMMANDS = counter('memcached_slab_commands_total', 'Requests by command and what came of them.')

/** What `stats items` says of a class, by its names. */
const OF_ITEMS: readonly (readonly [statistic: string, family: Family])[] = [
  ['number', gauge('memcached_slab_current_items', 'Items stored now.')],
  ['age', gauge('memcached_slab_items_age_seconds', 'Age of the oldest item.')],
  [
    'crawler_reclaimed',
    counter('memcached_slab_items_crawler_reclaimed_total', 'Items freed by the LRU crawler.'),
  ],
  ['evicted', counter('memcached_slab_items_evicted_total', 'Items removed before they expired.')],
  [
    'evicted_nonzero',
    counter('memcached_slab_items_evicted_nonzero_total', 'Of these, those that had an expiry.'),
  ],
  [
    'evicted_time',
    counter('memcached_slab_items_evicted_time_seconds', 'Seconds since the item evicted last was read.'),
  ],
  [
    'evicted_unfetched',
    counter('memcached_slab_items_evicted_unfetched_total', 'Items evicted that nobody read.'),
  ],
  [
    'expired_unfetched',
    counter('memcached_slab_items_expired_unfetched_total', 'Items expired that nobody read.'),
  ],
  ['outofmemory', counter('memcached_slab_items_outofmemory_total', 'Items refused for want of memory.')],
  [
    'reclaimed',
    counter('memcached_slab_items_reclaimed_total', 'Items stored in the memory of an expired one.'),
  ],
  [
    'tailrepairs',
    counter('memcached_slab_items_tailrepairs_total', 'Items freed that had been held for too long.'),
  ],
  ['moves_to_cold', counter('memcached_slab_items_moves_to_cold', 'Items moved to the COLD LRU.')],
  ['moves_to_warm', counter('memcached_slab_items_moves_to_warm', 'Items moved to the WARM LRU.')],
  [
    'moves_within_lru',
    counter('memcached_slab_items_moves_within_lru', 'Items moved within the HOT or WARM LRU.'),
  ],
  ['number_hot', gauge('memcached_slab_hot_items', 'Items in the HOT LRU.')],
  ['number_warm', gauge('memcached_slab_warm_items', 'Items in the WARM LRU.')],
  ['number_cold', gauge('memcached_slab_cold_items', 'Items in the COLD LRU.')],
  ['number_temp', gauge('memcached_slab_temporary_items', 'Items in the TEMPORARY LRU.')],
  ['age_hot', gauge('memcached_slab_hot_age_seconds', 'Age of the oldest item in the HOT LRU.')],
  ['age_warm', gauge('memcached_slab_warm_age_seconds', 'Age of the oldest item in the WARM LRU.')],
]

/** What `stats slabs` says of a class, by its names. */
const OF_SLABS: readonly (readonly [statistic: string, family: Family])[] = [
  ['chunk_size', gauge('memcached_slab_chunk_size_bytes', 'Bytes of a chunk.')],
  ['chunks_per_page', gauge('memcached_slab_chunks_per_page', 'Chunks of a page.')],
  ['total_pages', gauge('memcached_slab_current_pages', 'Pages of the class.')],
  ['total_chunks', gauge('memcached_slab_current_chunks', 'Chunks of the class.')],
  ['used_chunks', gauge('memcached_slab_chunks_used', 'Chunks that hold items.')],
  ['free_chunks', gauge('memcached_slab_chunks_free', 'Chunks that hold none.')],
  [
    'free_chunks_end',
    gauge('memcached_slab_chunks_free_end', 'Chunks at the end of the last page that hold none.'),
  ],
  ['mem_requested', gauge('memcached_slab_mem_requested_bytes', 'Bytes that the items themselves take.')],
]

const HITS_TO = (['hot', 'warm', 'cold', 'temp'] as const).map((name) => ({
  statistic: `hits_to_${name}`,
  lru: labelText({ lru: name === 'temp' ? 'temporary' : name }),
}))

const SLAB_COMMANDS = [
  ...['get', 'delete', 'incr', 'decr', 'cas', 'touch'].map((command) => ({
    statistic: `${command}_hits`,
    labels: labelText({ command, status: 'hit' }),
  })),
  { statistic: 'cas_badval', labels: labelText({ command: 'cas', status: 'badval' }) },
]

const SET = labelText({ command: 'set', status: 'hit' })

/** By class, as a label, what is said of it. */
type Classes = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Adds what `stats items` and `stats slabs` say. */
export function exposeSlabs(
  items: readonly string[],
  slabs: readonly string[],
  exposition: Exposition,
): void {
  const classes = new Map<string, Map<string, string>>()
  read(slabs, 'STAT ', classes)
  // In releases before 1.6 the bytes that items take stand with the slabs. Nothing else is said by both.
  read(items, 'STAT items:', classes)
  for (const [statistic, family] of [...OF_ITEMS, ...OF_SLABS]) {
    exposition.add(family, samplesOf(classes, statistic))
  }
  exposition.add(
    LRU_HITS,
    HITS_TO.flatMap(({ statistic, lru }) => samplesOf(classes, statistic, `,${lru}`)),
  )
  exposition.add(COMMANDS, [
    ...SLAB_COMMANDS.flatMap(({ statistic, labels }) => samplesOf(classes, statistic, `,${labels}`)),
    ...setSamples(classes),
  ])
}

function setSamples(classes: Classes): Sample[] {
  return [...classes].flatMap(([slab, values]): Sample[] => {
    const value = setsIn(values)
    return value === undefined ? [] : [[`${slab},${SET}`, value]]
  })
}

function samplesOf(classes: Classes, statistic: string, labels = ''): Sample[] {
  const samples: Sample[] = []
  for (const [slab, values] of classes) {
    const value = numberIn(values.get(statistic))
    if (value !== undefined) samples.push([slab + labels, value])
  }
  return samples
}

/** Adds what lines `STAT items:1:number 2` or `STAT 1:chunk_size 96` say. What is no class that there can be is left out. */
function read(lines: readonly string[], prefix: string, classes: Map<string, Map<string, string>>): void {
  let last: { readonly number: string; readonly values: Map<string, string> } | undefined
  for (const line of lines) {
    const colon = line.indexOf(':', prefix.length)
    const space = line.indexOf(' ', colon)
    if (colon < 0 || space < 0 || !line.startsWith(prefix)) continue
    const number = line.slice(prefix.length, colon)
    if (last?.number !== number) {
      if (!isClass(number)) continue
      const slab = `slab="${number}"`
      const values = classes.get(slab) ?? new Map<string, string>()
      classes.set(slab, values)
      last = { number, values }
    }
    last.values.set(line.slice(colon + 1, space), line.slice(space + 1))
  }
}

function isClass(number: string): boolean {
  return /^[1-9]\d?$/.test(number) && Number(number) <= CLASSES
}
