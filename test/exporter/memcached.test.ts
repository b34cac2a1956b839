import t from 'tap'
import { exposed, MEMCACHED } from './target.ts'

const text = exposed('memcached', MEMCACHED)

function has(sample: string): void {
  t.ok(text.split('\n').includes(sample), sample)
}

t.test('what memcached counts', async () => {
  has('memcached_version{namespace="shop",version="1.6.18"} 1')
  has('memcached_commands_total{namespace="shop",command="get",status="hit"} 4')
  has('memcached_commands_total{namespace="shop",command="get",status="miss"} 1')
  has('memcached_commands_total{namespace="shop",command="set",status="hit"} 3')
  has('memcached_commands_total{namespace="shop",command="cas",status="hit"} 1')
  has('memcached_commands_total{namespace="shop",command="cas",status="badval"} 1')
  has('memcached_commands_total{namespace="shop",command="cas",status="miss"} 1')
  has('memcached_current_items{namespace="shop"} 2')
  has('memcached_limit_bytes{namespace="shop"} 67108864')
  has('memcached_max_connections{namespace="shop"} 1024')
  has('memcached_lru_crawler_enabled{namespace="shop"} 1')
  has('memcached_malloced_bytes{namespace="shop"} 2097152')
  has('memcached_slab_current_items{namespace="shop",slab="1"} 1')
  has('memcached_slab_chunk_size_bytes{namespace="shop",slab="1"} 96')
  has('memcached_slab_items_outofmemory_total{namespace="shop",slab="1"} 0')
  has('memcached_slab_commands_total{namespace="shop",slab="1",command="delete",status="hit"} 1')
  has('memcached_slab_lru_hits_total{namespace="shop",slab="1",lru="temporary"} 0')
})

t.test('without the crawler its settings mean nothing', async (t) => {
  const off = exposed('memcached', MEMCACHED.replace('STAT lru_crawler yes', 'STAT lru_crawler no'))
  t.notMatch(off, 'lru_crawler_enabled')
  t.match(off, 'lru_crawler_starts_total')
})

t.test('classes are those that there can be, each once', async (t) => {
  const classes = [0, 1, 63, 64, 100, '01', '1"} 1', 'x'].map((slab) => `STAT items:${slab}:number 5\r\n`)
  const lied = exposed('memcached', `END\r\nEND\r\n${[...classes, ...classes].join('')}END\r\nEND\r\n`)
  const samples = lied.split('\n').filter((line) => !line.startsWith('#') && line !== '')
  t.strictSame(samples, [
    'memcached_slab_current_items{namespace="shop",slab="1"} 5',
    'memcached_slab_current_items{namespace="shop",slab="63"} 5',
  ])
})

t.test('what is no number is left out', async (t) => {
  for (const value of ['NaN', '1 2', '', 'yes', '1e3']) {
    t.equal(exposed('memcached', `STAT curr_items ${value}\r\nEND\r\nEND\r\nEND\r\nEND\r\n`), '', value)
  }
})

/** With memcached_up, as docs/monitoring.md says. */
const MOST = 54 + 63 * 40 - 1

t.test('most that a pod can have of it', async (t) => {
  const names = [...MEMCACHED.matchAll(/STAT (items:)?1:(\S+)/g)]
  const answer = (prefix: string | undefined) =>
    names
      .filter(([, own]) => own === prefix)
      .flatMap(([, own = '', name]) =>
        Array.from({ length: 99 }, (_, slab) => `STAT ${own}${slab}:${name} 1\r\n`),
      )
      .join('')
  const [stats, settings] = MEMCACHED.split('END\r\n')
  const all = exposed(
    'memcached',
    `${stats}END\r\n${settings}END\r\n${answer('items:')}END\r\n${answer(undefined)}END\r\n`,
  )
  const series = all.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  t.ok(series.length <= MOST, `${series.length} series`)
  t.equal(new Set(series.map((line) => line.split(' ')[0])).size, series.length, 'no two are the same')
})
