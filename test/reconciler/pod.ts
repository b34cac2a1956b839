import type { Pod } from '../../reconciler/observe/pod.ts'
import { poolName } from '../../routing/servers.ts'
import { MAIN_POOL } from '../../schemas/mcrouter.ts'

type Overrides = Partial<Pod> & { readonly name?: string; readonly uid?: string }

/** A pod that is well, but for what is given. */
export function podWith({ name, uid, ...overrides }: Overrides = {}): Pod {
  const component = overrides.component ?? 'memcached'
  const pool = overrides.pool ?? (component === 'memcached' ? MAIN_POOL : '')
  const ordinal = overrides.ordinal ?? (component === 'memcached' ? 0 : -1)
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name:
        name ?? (component === 'memcached' ? `${poolName({ name: 'cache' }, pool)}-${ordinal}` : 'cache-x'),
      namespace: 'shop',
      uid: uid ?? `u-${component}-${ordinal}`,
      resourceVersion: '1',
    },
    component,
    pool,
    copy: undefined,
    ordinal,
    ip: '10.0.0.1',
    port: component === 'memcached' ? 11211 : 5000,
    tls: false,
    tlsPort: 0,
    ready: true,
    turnedAt: 1,
    itemSize: '',
    running: true,
    deleting: false,
    startedAt: 1,
    nudged: '',
    adopted: false,
    trouble: undefined,
    restart: undefined,
    ...overrides,
  }
}

/** Servers 0 to count - 1. */
export function serverPods(count: number, overrides: Overrides = {}): Pod[] {
  return Array.from({ length: count }, (_, ordinal) =>
    podWith({ component: 'memcached', ordinal, ...overrides }),
  )
}

/** Routers r-0 to r-(count - 1). */
export function routerPods(count: number, overrides: Overrides = {}): Pod[] {
  return Array.from({ length: count }, (_, index) =>
    podWith({ component: 'mcrouter', name: `r-${index}`, ...overrides }),
  )
}
