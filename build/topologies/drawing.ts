import type { ClientOperation } from '../../routing/explain/request.ts'
import { type Asked, askedIn, type Reason } from './asked.ts'
import { type Drawn, inWords } from './caption.ts'
import { type Placed, places, WIDTH } from './places.ts'
import { STYLE } from './style.ts'
import { keysOf, poolsOf, type Topology } from './topology.ts'

const DRAWN: readonly ClientOperation[] = ['get', 'set']

/** Pixels: of one request, and of what stands above all and below. */
const PANEL = 212
const TOP = 8
const LEGEND = 46

/**
 * Which servers a `get` and a `set` reach, drawn from what explains them: a picture of its own, with the colours of the reader's
 * system, no scripts, and a text for those who do not see it.
 */
export function drawingOf(topology: Topology): string {
  const requests = keysOf(topology).flatMap((key) => requestsFor(key, topology))
  const placed = places(poolsOf(topology))
  const height = TOP + requests.length * PANEL + LEGEND
  const panels = requests.map(({ operations, key, asked }, index) => {
    const title = text(24, 32, 'title', `${operations} ${key}`)
    return [
      `<g transform="translate(0 ${TOP + index * PANEL})">`,
      title,
      ...panel(placed, asked, routersOf(topology)),
      '</g>',
    ]
  })
  const words = requests.map((request) => inWords(request, placed))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">Topology ${topology.name}: which servers are asked</title>`,
    `<desc id="desc">${escaped(words.join(' '))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...panels.flat(),
    ...legend(height - LEGEND, new Set(requests.flatMap(({ asked }) => asked.map(({ reason }) => reason)))),
    '</svg>',
    '',
  ].join('\n')
}

/** Those that ask the same servers for the same reasons are one. */
function requestsFor(key: string, { explain }: Topology): Drawn[] {
  const of = (operation: ClientOperation) => askedIn(explain(operation, key))
  const ways = Map.groupBy(DRAWN, (operation) => JSON.stringify(of(operation)))
  return [...ways.values()].map((operations) => ({
    operations: operations.join(', '),
    key,
    asked: of(operations[0] ?? 'get'),
  }))
}

const ROUTER = { x: WIDTH / 2, y: 14, width: 150, height: 34 }
const SERVER = { y: 132, height: 34 }

function routersOf({ mcrouter, zone }: Topology): string {
  return zone === undefined ? `routers of ${mcrouter.name}` : `routers in ${zone}`
}

function panel({ servers, groups, pools }: Placed, asked: readonly Asked[], routers: string): string[] {
  const reached = new Map(asked.map((one) => [one.server, one]))
  return [
    ...pools.map(({ x, width }) => box('pool', x, 100, width, 100)),
    ...pools.map(({ x, label }) => text(x + 10, 190, 'label', label)),
    ...groups.map(({ x, width }) => box('shard', x, SERVER.y - 6, width, SERVER.height + 12)),
    ...servers.flatMap(({ server, middle }) => {
      const one = reached.get(server)
      return one === undefined ? [] : [arrow(middle, one.reason)]
    }),
    box('router', ROUTER.x - ROUTER.width / 2, ROUTER.y, ROUTER.width, ROUTER.height),
    text(ROUTER.x, ROUTER.y + 22, 'name', routers),
    ...servers.flatMap(({ server, label, middle, width }) => {
      const one = reached.get(server)
      const left = middle - width / 2
      return [
        box(one === undefined ? 'server' : `server ${one.reason}`, left, SERVER.y, width, SERVER.height),
        text(middle, SERVER.y + 22, one === undefined ? 'name idle' : 'name', label),
        ...(one === undefined ? [] : badge(middle, one)),
      ]
    }),
  ]
}

function arrow(x: number, reason: Reason): string {
  const [from, to] = [ROUTER.y + ROUTER.height, SERVER.y - 12]
  return `<path class="way ${reason}" d="M${ROUTER.x} ${from}C${ROUTER.x} ${from + 40} ${x} ${to - 44} ${x} ${to}"/>`
}

function badge(x: number, { reason, turn }: Asked): string[] {
  return [
    `<circle class="turn ${reason}" cx="${x}" cy="${SERVER.y - 12}" r="10"/>`,
    text(x, SERVER.y - 8, 'number', `${turn}`),
  ]
}

const MEANINGS: readonly (readonly [Reason, string])[] = [
  ['always', 'asked; same number: at once'],
  ['error', 'if the one before is dead'],
  ['miss', 'if the one before misses'],
]

function legend(y: number, used: ReadonlySet<Reason>): string[] {
  return MEANINGS.filter(([reason]) => used.has(reason)).flatMap(([reason, meaning], index) => {
    const x = 24 + index * 250
    return [`<path class="way ${reason}" d="M${x} ${y + 20}h36"/>`, text(x + 44, y + 24, 'label', meaning)]
  })
}

function box(kind: string, x: number, y: number, width: number, height: number): string {
  return `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>`
}

function text(x: number, y: number, kind: string, words: string): string {
  return `<text class="${kind}" x="${x}" y="${y}">${escaped(words)}</text>`
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
