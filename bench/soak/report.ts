import type { Soak } from '../support/soak.ts'
import { median, percentile } from '../support/statistics.ts'
import { chartOf } from './chart.ts'
import { type Quarters, trends } from './memory.ts'
import type { Operation } from './operation.ts'
import { faults, late, lateInWords, type Outcome, tookMs, undisturbed } from './outcome.ts'
import { table } from './table.ts'
import type { Arrival, Cause } from './tracker.ts'

const PARTS = ['server', 'first reconciler', 'second reconciler']
const MOST_FAULTS = 40
const MOST_LATE = 5

/** What docs/benchmarks.md says of a soak. */
export function reportOf(outcome: Outcome): Soak {
  const sections = [
    methodOf(outcome),
    `### What was lost, late or wrong\n\n${countsOf(outcome)}`,
    `### Requests\n\n${requestsOf(outcome)}`,
    `### Until the objects were right\n\n${arrivalsOf(outcome)}`,
    `### Memory and open files\n\n${memoryOf(outcome)}`,
    `\`npm run soak\`, seed ${outcome.seed}, ${where(outcome)}`,
  ]
  return { title: titleOf(outcome), markdown: sections.join('\n\n') }
}

function titleOf({ minutes, mcrouters }: Outcome): string {
  return `Soak: ${Math.round(minutes)} minutes with ${mcrouters} Mcrouters`
}

function methodOf({ outages }: Outcome): string {
  const restarts = Map.groupBy(outages, ({ what }) => what)
  const list = [...restarts].map(([what, all]) => `${what}${all.length > 1 ? ` (${all.length}×)` : ''}`)
  return `A server and two reconcilers, as in the image, on a real control plane; a stand-in for kubelet makes pods Ready.
Mcrouters are created, changed, scaled and deleted, their objects are deleted behind the reconciler's back, and invalid
changes are attempted. Certificates live for minutes instead of months. Restarted on purpose: ${list.join('; ') || 'nothing'}.
At each checkpoint the churn pauses, and everything is compared with what \`render\` makes of the stored specs: the API
server decides whether an object matches its manifest, by a dry-run apply that must change nothing.`
}

function countsOf(outcome: Outcome): string {
  const { lost, wrong, failed, ended, checkpoints, compared, certificates, writers, boundMs } = outcome
  const rows = [
    [
      'lost: objects missing, or left over from a deleted Mcrouter',
      lost.length,
      `${checkpoints} checkpoints`,
    ],
    ['wrong: fields or statuses', wrong.length, `${compared.toLocaleString('en')} objects compared`],
    [
      `late: more than ${boundMs / 1000} s, with every component up`,
      late(outcome).length,
      `${undisturbed(outcome).length} arrivals`,
    ],
    ['requests that failed with every component up, or ended in any other wrong way', failed.length, ''],
    ['processes that ended unasked', ended.length, ''],
    [
      'writes of two leaders at a time',
      writers ? Math.max(0, writers.changes - writers.leaseTransitions) : '?',
      writersOf(outcome),
    ],
    ['CAs used', certificates.get('mcrouter-operator-ca') ?? 0, ''],
    ['serving certificates used', certificates.get('mcrouter-operator-serving-cert') ?? 0, ''],
  ]
  const slow = lateInWords(outcome)
  const others = faults(outcome).filter((line) => !slow.includes(line))
  const listed = [...listOf(others, MOST_FAULTS, 'more'), ...listOf(slow, MOST_LATE, 'more that were late')]
  const counts = table(['what', 'count', 'of'], rows)
  return listed.length > 0 ? `${counts}\n\n${listed.join('\n')}` : counts
}

function listOf(lines: readonly string[], most: number, more: string): string[] {
  const listed = lines.slice(0, most).map((line) => `* ${line.replaceAll('\n', ' ')}`)
  return lines.length > most ? [...listed, `* and ${lines.length - most} ${more}`] : listed
}

function writersOf({ writers }: Outcome): string {
  if (writers === undefined) return 'the audit log was not read'
  const { writes, changes, leaseTransitions } = writers
  return `${writes.toLocaleString('en')} writes; the writer changed ${changes} times, the lease ${leaseTransitions} times`
}

const REQUESTS: Readonly<Record<Operation['kind'], string>> = {
  change: 'change',
  create: 'create',
  delete: 'delete',
  scale: 'scale',
  spoil: 'invalid change',
  meddle: 'object deleted',
}

function requestsOf({ counts }: Outcome): string {
  const rows = counts
    .toSorted((one, other) => one.kind.localeCompare(other.kind) || other.count - one.count)
    .map(({ kind, ending, inOutage, count }) => [REQUESTS[kind], ending, inOutage ? 'yes' : 'no', count])
  return table(['request', 'result', 'while a component was down', 'times'], rows)
}

const CAUSES: readonly Cause[] = ['stored', 'meddled with', 'deleted']
const EVENTS: Readonly<Record<Cause, string>> = {
  stored: 'Mcrouter stored',
  'meddled with': 'object deleted',
  deleted: 'Mcrouter deleted',
}

function arrivalsOf(outcome: Outcome): string {
  const calm = new Set(undisturbed(outcome))
  const rows = CAUSES.flatMap((cause) => {
    const all = outcome.arrivals.filter((arrival) => arrival.cause === cause)
    return [
      rowOf(
        cause,
        'no',
        all.filter((arrival) => calm.has(arrival)),
      ),
      rowOf(
        cause,
        'yes',
        all.filter((arrival) => !calm.has(arrival)),
      ),
    ]
  })
  const head = ['after', 'while a component was down', 'times', 'median', '99 %', 'longest']
  return `Time spent waiting for new servers to be Ready, as the last step of a growing pool does, is not counted.

${table(head, rows)}`
}

function rowOf(cause: Cause, down: string, arrivals: readonly Arrival[]): (string | number)[] {
  const times = arrivals.map(tookMs)
  const at = (rank: number) => (times.length === 0 ? '' : `${Math.round(percentile(times, rank))} ms`)
  return [EVENTS[cause], down, times.length, at(50), at(99), at(100)]
}

function memoryOf({ samples }: Outcome): string {
  const both = ([first, last]: Quarters, unit: string) => `${shown(first)} → ${shown(last)}${unit}`
  const rows = trends(samples).map(({ part, minutes, mebibytes, heapMebibytes, descriptors, peak }) => [
    part,
    `${Math.round(minutes)} min`,
    both(mebibytes, ' MiB'),
    `${shown(peak)} MiB`,
    both(heapMebibytes, ' MiB'),
    both(descriptors, ''),
  ])
  const head = ['process', 'longest life', 'resident', 'at most', 'long-lived heap', 'open files']
  return `The median of the first quarter of each process's longest life → that of the last quarter. No limit
is set on the memory of the processes. The lines show resident memory, in this order: ${PARTS.join(', ')}.

${chartOf(samples, PARTS)}

${table(head, rows)}`
}

function shown(value: number): string {
  return Number.isNaN(value) ? '?' : value.toFixed(0)
}

function where({ machine, loads }: Outcome): string {
  const { at, processors, memoryGiB, node, kernel } = machine
  const when = `${at.slice(0, 16).replace('T', ' ')} UTC`
  const load =
    loads.length === 0
      ? ''
      : `, load ${median(loads).toFixed(1)} at the median, ${Math.max(...loads).toFixed(1)} at most`
  return `${when}, ${processors}, ${memoryGiB} GiB, Linux ${kernel}, Node ${node}${load}.`
}
