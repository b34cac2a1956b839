import { Agent, get } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Bench, Figure } from './benchmark.ts'
import type { PodAddress } from './cache-objects.ts'
import { Gets } from './memcached-client.ts'
import { median, percentile } from './statistics.ts'

const EVERY_MS = 100

interface Scraped {
  /** What one client does at a time. */
  readonly what: string
  /** Address at the exporter. */
  readonly probe: string
  /** So many more clients do the same beside it. */
  readonly loading: number
  readonly remark?: string
}

export function probeOf(url: string, { host, port }: PodAddress, module: string): string {
  return `${url}/probe?module=${module}&target=${host}:${port}`
}

/** Of gets beside many scrapes against gets without any, in turns. */
export async function addedLatency(
  { quick }: Pick<Bench, 'quick'>,
  address: PodAddress,
  { what, probe, loading, remark }: Scraped,
): Promise<Figure[]> {
  const [gets, ...others] = await Promise.all(Array.from({ length: 1 + loading }, () => Gets.over(address)))
  if (gets === undefined) return []
  const agent = new Agent({ keepAlive: true })
  const forMs = quick ? 100 : 2_000
  const loaded = async (until: Promise<unknown>) => {
    const [times = []] = await Promise.all([gets, ...others].map((one) => one.during(until)))
    return times
  }
  const [typical, slow]: [number[], number[]] = [[], []]
  for (let round = 0; round < (quick ? 2 : 15); round++) {
    const without = await loaded(delay(forMs))
    const beside = await loaded(scraping(probe, forMs, agent))
    if (round === 0) continue
    typical.push(median(beside) / median(without))
    slow.push(percentile(beside, 99) / percentile(without, 99))
  }
  for (const one of [gets, ...others]) one.close()
  agent.destroy()
  const noted = { unit: '×', ...(remark !== undefined && { remark }) }
  return [
    {
      what: `latency of ${what}, scraped every ${EVERY_MS} ms against not at all`,
      samples: typical,
      ...noted,
    },
    { what: 'the same, of the slowest in a hundred', samples: slow, ...noted },
  ]
}

async function scraping(url: string, forMs: number, agent: Agent): Promise<void> {
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    await textOf(url, agent)
    await delay(EVERY_MS)
  }
}

export function textOf(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (piece) => {
        text += piece
      })
      response.on('end', () => resolve(text)).on('error', reject)
    })
    request.on('error', reject)
  })
}
