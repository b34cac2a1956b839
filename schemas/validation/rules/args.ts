import { quote } from '../../../text/quote.ts'
import type { Field } from '../../fields.ts'
import { mcrouterComplaints } from '../../options/mcrouter-args.ts'
import { memcachedComplaints, memcachedRelease } from '../../options/memcached-args.ts'
import type { Complaint, Setting } from '../../options/option.ts'
import type { Violation, ViolationReason } from '../violation.ts'
import type { PoolRule, Rule } from './rule.ts'

/** Where a server's settings are, by what its options call them. */
const OF_POOL: Readonly<Partial<Record<Setting, Field>>> = {
  port: 'pool.port',
  memory: 'pool.memoryMb',
  maxItemSize: 'pool.maxItemSize',
  maxConnections: 'pool.maxConnections',
  threads: 'pool.threads',
}

/** The same of a router. */
const OF_ROUTERS: Readonly<Partial<Record<Setting, Field>>> = {
  port: 'routers.port',
  threads: 'routers.threads',
  maxConnections: 'routers.maxConnections',
  serverTimeout: 'routers.timeouts',
  untilDown: 'routers.timeouts',
  debugFifoRoot: 'routers.debugFifoRoot',
}

export const memcachedArgsRule: PoolRule = {
  needs: 'pool.args',
  reads: ['pool.args', 'pool.image'],
  ofPool: ({ args, image }, index, { version: { fieldPath } }) => {
    if (args.length === 0) return NOTHING
    const fieldOf = (setting: Setting) => fieldPath(OF_POOL[setting] ?? 'pool.args', index)
    const complaints = memcachedComplaints(args, { release: memcachedRelease(image), fieldOf })
    return complaints.map((complaint) => violation(complaint, fieldPath('pool.args', index)))
  },
}

export const mcrouterArgsRule: Rule = {
  needs: 'routers.args',
  reads: ['routers.args', 'routers.release', 'routers.threads', 'routers.resources'],
  violations: ({ routers: { args, release, threads } }, { version: { fieldPath } }) => {
    if (args.length === 0) return NOTHING
    // The configuration is what all fields together say.
    const fieldOf = (setting: Setting) => fieldPath(OF_ROUTERS[setting] ?? 'prefixes')
    const complaints = mcrouterComplaints(args, { release, threads, fieldOf })
    return complaints.map((complaint) => violation(complaint, fieldPath('routers.args')))
  },
}

const NOTHING: readonly Violation[] = []

const REASONS: Readonly<Record<Complaint['kind'], readonly [reason: ViolationReason, words: string]>> = {
  invalid: ['FieldValueInvalid', 'Invalid value'],
  unknown: ['FieldValueNotSupported', 'Unsupported value'],
  forbidden: ['FieldValueForbidden', 'Forbidden'],
  duplicate: ['FieldValueDuplicate', 'Duplicate value'],
}

function violation({ index, kind, written, words }: Complaint, path: string): Violation {
  const [reason, before] = REASONS[kind]
  return { path: `spec.${path}[${index}]`, reason, message: `${before}: ${quote(written)}: ${words}` }
}
