import type { RouteHandleTypes, Written } from '../route-handle-type.ts'
import { BOOLEAN, HANDLE, NOT_NEGATIVE, required, TEXT, type ValueType, words } from '../value-type.ts'

/** The field that a policy looks at, and what it is compared with. */
const CONDITIONS: ValueType = {
  kind: 'map',
  of: {
    kind: 'list',
    of: { kind: 'members', options: { op: required(words('equals', 'not_equals')), value: required(TEXT) } },
  },
}

const LATENCIES = [
  'before_latency_ms',
  'after_latency_ms',
  'total_latency_ms',
  'total_latency_percentile_ms',
  'request_payload_latency',
]

/** Those that answer by themselves, and those that are for tests of clients. */
export const TERMINAL: RouteHandleTypes = {
  NullRoute: { source: 'lib/routes/NullRoute.h', options: {} },
  DevNullRoute: { source: 'routes/DevNullRoute.h', options: {} },
  ErrorRoute: {
    source: 'routes/ErrorRoute.h:118-143',
    short: 'response',
    options: {
      response: { type: TEXT },
      enable_logging: { type: BOOLEAN, default: true, since: 'current' },
      result: {
        type: {
          kind: 'text',
          pattern: /^mc_res_[a-z_]+$/,
          must: 'must be the name of a result, such as mc_res_local_error',
        },
        default: 'mc_res_local_error',
        since: 'current',
      },
    },
  },
  LoggingRoute: {
    source: 'routes/LoggingRoute.h',
    short: 'target',
    options: { target: required(HANDLE) },
    caution: 'LoggingRoute writes each request, with its key, into the log of the router',
  },
  BlackholeRoute: {
    source: 'routes/BlackholeRoute-inl.h:23-70',
    since: '40',
    options: {
      default: required(HANDLE),
      policies: required(CONDITIONS),
      blackhole_child: { type: HANDLE },
    },
  },
  LatencyInjectionRoute: {
    source: 'routes/LatencyInjectionRoute.h:274-355',
    since: '40',
    options: {
      child: required(HANDLE),
      before_latency_ms: { type: NOT_NEGATIVE },
      after_latency_ms: { type: NOT_NEGATIVE },
      total_latency_ms: { type: NOT_NEGATIVE },
      total_latency_percentile_ms: {
        type: { kind: 'list', of: { kind: 'list', of: { kind: 'number', least: 0 }, length: 2 } },
        since: 'current',
      },
      request_payload_latency: { type: BOOLEAN, default: false },
      max_request_latency_us: { type: NOT_NEGATIVE },
    },
    rules: [latencyRule],
  },
}

function latencyRule({ options, complain }: Written): void {
  if (LATENCIES.some((option) => options[option] !== undefined)) return
  complain(['before_latency_ms'], 'FieldValueRequired', `Required value: one of ${LATENCIES.join(', ')}`)
}
