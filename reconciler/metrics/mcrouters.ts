import { parseKey } from '../kube/object.ts'
import { REPORTED_CONDITIONS, type Reported } from '../report/reported.ts'

/** A metric of which each Mcrouter has a series or some; always a gauge. */
interface Family {
  readonly name: string
  readonly help: string
  readonly series: (reported: Reported) => readonly Series[]
}

/** The labels after those that say which Mcrouter it is, as they are written. */
type Series = readonly [labels: string, value: number]

const STATUSES = ['True', 'False', 'Unknown'] as const

/** What is in memory of a scrape at a time, in characters. */
const CHUNK = 16 * 1024

/** One without a value has no series, as one that is not known yet. */
const number =
  (of: (reported: Reported) => number | undefined) =>
  (reported: Reported): readonly Series[] => {
    const value = of(reported)
    return value === undefined ? [] : [['', value]]
  }

/** All values of a label are words of ours or names that Kubernetes restricts to letters, digits, `-` and `.`: none needs escaping. */
const FAMILIES: readonly Family[] = [
  {
    name: 'mcrouter_operator_mcrouter_condition',
    help: 'The conditions of a Mcrouter: 1 for the status that each has, else 0',
    series: ({ conditions }) =>
      REPORTED_CONDITIONS.flatMap((type, index) =>
        conditions[index] ? STATUSES.map((status) => conditionIs(type, status, conditions[index])) : [],
      ),
  },
  {
    name: 'mcrouter_operator_mcrouter_config_confirmed_routers',
    help: 'Routers that said that they run the published configuration',
    series: number(({ routersConfirmed }) => routersConfirmed),
  },
  {
    name: 'mcrouter_operator_mcrouter_config_wanted_routers',
    help: 'Routers that are to run the published configuration: those that are ready, and while servers go, all that run',
    series: number(({ routersAsked }) => routersAsked),
  },
  {
    name: 'mcrouter_operator_mcrouter_servers_ready',
    help: 'memcached servers of all pools that are ready',
    series: number(({ serversReady }) => serversReady),
  },
  {
    name: 'mcrouter_operator_mcrouter_servers_wanted',
    help: 'memcached servers of all pools that the spec asks for, without those that others run',
    series: number(({ serversWanted }) => serversWanted),
  },
  {
    name: 'mcrouter_operator_mcrouter_routers_ready',
    help: 'Routers that are ready',
    series: number(({ routersReady }) => routersReady),
  },
  {
    name: 'mcrouter_operator_mcrouter_routers_wanted',
    help: 'Routers that the spec asks for',
    series: number(({ routersWanted }) => routersWanted),
  },
  {
    name: 'mcrouter_operator_mcrouter_router_threads',
    help: 'Proxy threads of each router',
    series: number(({ routerThreads }) => routerThreads),
  },
  {
    name: 'mcrouter_operator_mcrouter_router_memory_limit_bytes',
    help: 'Memory limit of each router',
    series: number(({ routerMemoryLimit }) => routerMemoryLimit),
  },
  {
    name: 'mcrouter_operator_mcrouter_tls_not_after_timestamp_seconds',
    help: 'When the first certificate ends that routers or servers were found to serve, in seconds since the epoch',
    series: number(({ certificateEnd }) => certificateEnd),
  },
  {
    name: 'mcrouter_operator_mcrouter_tls_renewal_due_timestamp_seconds',
    help: 'By when the first of these certificates is to have been renewed, in seconds since the epoch',
    series: number(({ renewalDue }) => renewalDue),
  },
  {
    name: 'mcrouter_operator_mcrouter_tls_renewal_late_timestamp_seconds',
    help: 'When half of the time from there to its end is over for the first of these certificates, in seconds since the epoch',
    series: number(({ renewalLate }) => renewalLate),
  },
  {
    name: 'mcrouter_operator_mcrouter_degraded',
    help: '1 for each reason for which a Mcrouter is Degraded; its condition gives the first',
    series: ({ degraded }) => degraded.map((reason) => [`,reason="${reason}"`, 1]),
  },
  {
    name: 'mcrouter_operator_mcrouter_scale_step',
    help: '1 while a pool is between two sizes, by what it is at: Growing, Shrinking or WaitingForRouters',
    series: ({ scaleStep }) => (scaleStep === undefined ? [] : [[`,step="${scaleStep}"`, 1]]),
  },
  {
    name: 'mcrouter_operator_mcrouter_keys_moved_ratio',
    help: 'Share of the keys that are looked for on another server since the last scale that this process has seen, from 0 to 1',
    series: number(({ keysMoved }) => keysMoved),
  },
]

function conditionIs(type: string, status: string, is: string | undefined): Series {
  return [`,type="${type}",status="${status}"`, Number(status === is)]
}

/**
 * The metrics of Mcrouters in Prometheus' text format, piece by piece: of a thousand of them all at once would take more memory
 * than what is kept of them. prom-client has no such thing, and keeps each series that it ever had.
 *
 * @param reported read once for each metric, by namespace/name
 */
export function* mcrouterMetrics(
  reported: () => Iterable<readonly [key: string, Reported]>,
): Generator<string> {
  let chunk = ''
  for (const { name, help, series } of FAMILIES) {
    chunk += `# HELP ${name} ${help}\n# TYPE ${name} gauge\n`
    for (const [key, one] of reported()) {
      const { namespace = '', name: mcrouter } = parseKey(key)
      for (const [labels, value] of series(one))
        chunk += `${name}{namespace="${namespace}",mcrouter="${mcrouter}"${labels}} ${value}\n`
      if (chunk.length < CHUNK) continue
      yield chunk
      chunk = ''
    }
  }
  yield chunk
}
