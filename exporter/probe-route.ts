import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { answer, type Route } from '../process/health.ts'
import { CONTENT_TYPE } from './exposition/exposition.ts'
import type { Outcome, ProbeMetrics } from './metrics.ts'
import { MODULES, type ModuleName } from './modules/modules.ts'
import type { Probe, Prober } from './prober.ts'
import { type Address, addressIn, addressText } from './targets/address.ts'
import type { Target } from './targets/target.ts'

export interface ProbeRouteDeps {
  readonly find: (address: Address) => Target | undefined
  /** Why not all pods are known yet; undefined when they are. */
  readonly unsynced: () => string | undefined
  readonly prober: Prober
  readonly metrics: ProbeMetrics
  readonly log: Logger
}

interface Asked {
  readonly target: Target
  readonly module: ModuleName
}

/** No pod is asked. */
interface Refusal {
  /** 200 where there is nothing to tell, which is no trouble. */
  readonly status: 200 | 400 | 404 | 503
  readonly text: string
}

/** Characters of answers that their callers have not read yet. */
const MOST_UNREAD = 32 * 1024 * 1024
/** Milliseconds in which a caller reads an answer; Prometheus' own limit is 10 s by default. */
const READ_MS = 10_000

/** `GET /probe?target=IP:PORT&module=mcrouter|memcached`: what a pod of a Mcrouter says of itself. */
export class ProbeRoute implements Route {
  readonly path = '/probe'
  readonly #deps: ProbeRouteDeps
  #unread = 0

  constructor(deps: ProbeRouteDeps) {
    this.#deps = deps
  }

  answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const asked = this.#asked(new URLSearchParams(url.split('?', 2)[1] ?? ''))
    if ('target' in asked) void this.#probe(asked.target, asked.module, response)
    else this.#refuse(response, asked)
  }

  #asked(query: URLSearchParams): Asked | Refusal {
    const [address, ...otherAddresses] = query.getAll('target').map(addressIn)
    if (address === undefined || otherAddresses.length > 0)
      return { status: 400, text: 'give one target=IP:PORT, the address of a pod' }
    const [module = '', ...otherModules] = query.getAll('module')
    if (!isModule(module) || otherModules.length > 0)
      return { status: 400, text: `give one module: ${Object.keys(MODULES).join(' or ')}` }
    const target = this.#deps.find(address)
    const waiting = this.#deps.unsynced()
    if (target === undefined && waiting !== undefined) return { status: 503, text: waiting }
    const text = addressText(address)
    if (target === undefined) return { status: 404, text: `${text} is no pod of a Mcrouter` }
    const tier = target.place === undefined ? 'mcrouter' : 'memcached'
    if (tier !== module) return { status: 400, text: `${text} is of module=${tier}` }
    // Prometheus finds both ports of a router, and cannot tell which of them it is asked at.
    if (address.port === target.tlsPort)
      return { status: 200, text: `# this router is asked at ${addressText(target)}, its port without TLS` }
    return { target, module }
  }

  async #probe(target: Target, module: ModuleName, response: ServerResponse): Promise<void> {
    const { prober, metrics, log } = this.#deps
    const ended = metrics.begin(module)
    try {
      const probe = await prober.probe(target, MODULES[module])
      const isUnread = this.#unread + lengthOf(probe) > MOST_UNREAD
      ended(isUnread ? 'busy' : probe.kind)
      if (probe.because !== undefined)
        log.debug(
          { target: addressText(target), namespace: target.namespace, because: probe.because },
          probe.kind,
        )
      if (isUnread) unavailable(response, 'too many answers are not read')
      else if ('text' in probe) this.#write(response, probe.text)
      else unavailable(response, probe.because)
    } catch (error) {
      ended('failed')
      log.error({ err: error, target: addressText(target) }, 'a probe failed')
      unavailable(response, 'the probe failed, see the log of the exporter')
    }
  }

  #write(response: ServerResponse, text: string): void {
    if (response.closed) return
    this.#unread += text.length
    const late = setTimeout(() => response.destroy(), READ_MS)
    response.once('close', () => {
      clearTimeout(late)
      this.#unread -= text.length
    })
    response.writeHead(200, { 'content-type': CONTENT_TYPE }).end(text)
  }

  #refuse(response: ServerResponse, { status, text }: Refusal): void {
    this.#deps.metrics.refused(OUTCOMES[status])
    if (status === 503) unavailable(response, text)
    else if (status === 200) this.#write(response, `${text}\n`)
    else answer(response, status, text)
  }
}

const OUTCOMES: Readonly<Record<Refusal['status'], Outcome>> = {
  200: 'elsewhere',
  400: 'invalid',
  404: 'unknown',
  503: 'unsynced',
}

function isModule(name: string): name is ModuleName {
  return Object.hasOwn(MODULES, name)
}

function lengthOf(probe: Probe): number {
  return 'text' in probe ? probe.text.length : 0
}

/** Never an answer in metrics: that would be about the pod. */
function unavailable(response: ServerResponse, text: string): void {
  response.setHeader('retry-after', '1')
  answer(response, 503, text)
}
