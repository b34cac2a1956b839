import type { Soak } from '../support/soak.ts'
import { median, percentile } from '../support/statistics.ts'
import { chartOf } from './chart.ts'
import { type Quarters, trends } from './memory.ts'
import { faults, late, type Outcome, tookMs, undisturbed } from './outcome.ts'
import { table } from './table.ts'
import type { Arrival, Cause } from './tracker.ts'

const PARTS = ['server', 'first reconciler', 'second reconciler']
const MOST_FAULTS = 40

/** What docs/benchmarks.md says of a soak. */
export function reportOf(outcome: Outcome): Soak {
  const sections = [
    methodOf(outcome),
    `### What was lost, late or wrong\n\n${countsOf(outcome)}`,
    `### What was asked\n\n${requestsOf(outcome)}`,
    `### Until the objects were as they should be\n\n${arrivalsOf(outcome)}`,
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
Mcrouters are created, changed, scaled and deleted, objects of theirs are deleted behind the reconciler's back, and changes
are tried that must be refused. Certificates live for minutes instead of months. Restarted on purpose: ${list.join('; ') || 'nothing'}.
At each checkpoint the churn pauses, and everything is compared with what \`render\` makes of the stored specs: whether an
object is as its manifest says is the API server's word, in a dry run of an apply that has to change nothing.`
}

function countsOf(outcome: Outcome): string {
  const { lost, wrong, failed, ended, checkpoints, compared, certificates, writers, boundMs } = outcome
  const rows = [
    ['lost: objects missing, or left of a deleted Mcrouter', lost.length, `${checkpoints} checkpoints`],
    ['wrong: fields or statuses', wrong.length, `${compared.toLocaleString('en')} objects compared`],
    [
      `late: more than ${boundMs / 1000} s, no part being down`,
      late(outcome).length,
      `${undisturbed(outcome).length} arrivals`,
    ],
    ['requests that failed with no part being down, or ended otherwise than they must', failed.length, ''],
    ['processes that ended by themselves', ended.length, ''],
    [
      'writes of two leaders at a time',
      writers ? Math.max(0, writers.changes - writers.leaseTransitions) : '?',
      writersOf(outcome),
    ],
    ['CAs that were used', certificates.get('mcrouter-operator-ca') ?? 0, ''],
    ['serving certificates that were used', certificates.get('mcrouter-operator-serving-cert') ?? 0, ''],
  ]
  const all = faults(outcome)
  const listed = all.slice(0, MOST_FAULTS).map((line) => `* ${line.replaceAll('\n', ' ')}`)
  const more = all.length > MOST_FAULTS ? [`* and ${all.length - MOST_FAULTS} more`] : []
  return [
    table(['what', 'count', 'of'], rows),
    ...(all.length > 0 ? [[...listed, ...more].join('\n')] : []),
  ].join('\n\n')
}

function writersOf({ writers }: Outcome): string {
  if (writers === undefined) return 'the audit log was not read'
  const { writes, changes, leaseTransitions } = writers
  return `${writes.toLocaleString('en')} writes; the writer changed ${changes} times, the lease ${leaseTransitions} times`
}

function requestsOf({ counts }: Outcome): string {
  const rows = counts
    .toSorted((one, other) => one.kind.localeCompare(other.kind) || other.count - one.count)
    .map(({ kind, ending, inOutage, count }) => [kind, ending, inOutage ? 'yes' : 'no', count])
  return table(['request', 'ended', 'while a part was down', 'times'], rows)
}

const CAUSES: readonly Cause[] = ['stored', 'meddled with', 'deleted']

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
  const head = ['the Mcrouter was', 'while a part was down', 'times', 'median', '99 %', 'longest']
  return `The time in which new servers were not Ready, which the last step of a growing pool waits for, is not counted.

${table(head, rows)}`
}

function rowOf(cause: Cause, down: string, arrivals: readonly Arrival[]): (string | number)[] {
  const times = arrivals.map(tookMs)
  const at = (rank: number) => (times.length === 0 ? '' : `${Math.round(percentile(times, rank))} ms`)
  return [cause, down, times.length, at(50), at(99), at(100)]
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
  const head = ['process', 'longest life', 'resident', 'at most', 'heap of what lasts', 'open files']
  return `The median of the first quarter of the longest life of each process → that of the last. Nothing limits the
processes here, so that V8 lets its young generation grow to as much as 128 MiB; with the 384 MiB that the chart allows the
reconciler it stays at a few. Resident memory, the lines in this order: ${PARTS.join(', ')}.

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
