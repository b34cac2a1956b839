import { join } from 'node:path'
import { STORED, VERSIONS } from '../schemas/versions.ts'
import { KIND, PLURAL } from '../schemas/well-known.ts'
import { type ControlPlane, startControlPlane } from '../testing/control-plane/index.ts'
import { cpuOf } from '../testing/process/usage.ts'
import { installCrd } from './support/admission.ts'
import type { Bench, Benchmark, Figure } from './support/benchmark.ts'
import { startServer } from './support/https-process.ts'
import { writeServing } from './support/serving.ts'

/** Where a list is from, and the flags for it of the API server. */
const WAYS = [
  ['from etcd', ['--watch-cache=false']],
  ['from the watch cache', []],
] as const

/** Creates at a time. */
const CREATORS = 8

export const benchmark: Benchmark = {
  title: 'Conversion: a list of 1,000 Mcrouters',
  method: `1,000 Mcrouters, all of them stored in ${STORED.name}, are listed through a real API server in each version, in turn.
*From etcd* is an API server without a watch cache: all objects are read and each is converted, for each list, by a review of its own, one
after the other, as the API server does it. By default it keeps each version in memory as it is read, and a list converts nothing: that is what
people and controllers wait for. CPU time is that of the operator's server, for each object.`,
  limits: `An API server that starts, or learns of another certificate for conversions, converts every Mcrouter once, while lists and watches of
${convertedName()} wait. What reads ${STORED.name}, the operator itself, kubectl without a version and the garbage collector among it, waits for nothing.`,
  run: measure,
}

async function measure({ quick, children, application, say }: Bench): Promise<Figure[]> {
  const objects = quick ? 20 : 1_000
  const rounds = quick ? 1 : 9
  const serving = await writeServing(join(children.directory, 'converted-list'))
  const server = await startServer(children, await application(), serving)
  try {
    const figures: Figure[] = []
    for (const [where, apiServerFlags] of quick ? WAYS.slice(0, 1) : WAYS) {
      say(where)
      const controlPlane = await startControlPlane({ apiServerFlags })
      try {
        await installCrd(controlPlane, server)
        await create(controlPlane, objects)
        const lists = { cpuOf: () => cpuOf(server.pid), controlPlane, objects }
        figures.push(...(await listed(lists, where, rounds)))
      } finally {
        await controlPlane.stop()
      }
    }
    return figures
  } finally {
    await server.stop()
  }
}

interface Lists {
  /** Microseconds of the operator's server so far. */
  readonly cpuOf: () => number
  readonly controlPlane: ControlPlane
  readonly objects: number
}

interface Samples {
  /** Milliseconds. */
  readonly spent: number[]
  /** Microseconds an object. */
  readonly cpu: number[]
}

/** Of each version, which take turns. */
async function listed(lists: Lists, where: string, rounds: number): Promise<Figure[]> {
  const samples = namedSamples()
  for (let round = -1; round < rounds; round++) {
    for (const [name, of] of samples) {
      const [spent, cpu] = await list(lists, name)
      if (round < 0) continue
      of.spent.push(spent)
      of.cpu.push(cpu)
    }
  }
  return figuresOf(samples, `a list ${where}`)
}

function namedSamples(): Map<string, Samples> {
  return new Map(Object.keys(VERSIONS).map((name) => [name, { spent: [], cpu: [] }]))
}

function figuresOf(samples: ReadonlyMap<string, Samples>, what: string): Figure[] {
  const stored = samples.get(STORED.name)
  return [...samples].flatMap(([name, { spent, cpu }]): Figure[] => {
    if (name === STORED.name)
      return [{ what: `${what}, ${name}, as it is stored`, unit: 'ms', samples: spent }]
    const ratios = spent.map((ms, round) => ms / (stored?.spent[round] ?? Number.NaN))
    return [
      { what: `${what}, ${name}`, unit: 'ms', samples: spent },
      { what: 'the same, against none that converts', unit: '×', samples: ratios },
      { what: "the same, CPU of the operator's server for each object", unit: 'µs', samples: cpu },
    ]
  })
}

/** Milliseconds until all of it is there, and microseconds of the operator's server for each object. */
async function list({ cpuOf, controlPlane, objects }: Lists, version: string): Promise<[number, number]> {
  const path = `${collectionIn(version)}?resourceVersion=`
  const cpu = cpuOf()
  const begin = performance.now()
  const { status, body } = await controlPlane.client.request('GET', path)
  const spent = performance.now() - begin
  const { items } = body
  if (status !== 200 || !Array.isArray(items) || items.length !== objects)
    throw new Error(`GET ${path}: ${status}`)
  return [spent, (cpuOf() - cpu) / objects]
}

async function create({ client }: ControlPlane, objects: number): Promise<void> {
  const indices = Array.from({ length: objects }, (_, index) => index).values()
  const createInTurn = async () => {
    for (const index of indices) {
      const spec = STORED.settled(STORED.withDefaults({ memcached: { shards: 2 + (index % 5) } }))
      const body = { apiVersion: STORED.apiVersion, kind: KIND, metadata: { name: `cache-${index}` }, spec }
      const { status, text } = await client.request('POST', collectionIn(STORED.name), { body })
      if (status !== 201) throw new Error(`POST: ${status} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: CREATORS }, createInTurn))
}

function collectionIn(version: string): string {
  return `/apis/mcrouter.example.com/${version}/namespaces/default/${PLURAL}`
}

function convertedName(): string {
  return Object.keys(VERSIONS)
    .filter((name) => name !== STORED.name)
    .join(', ')
}
