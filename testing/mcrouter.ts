import { MAIN_POOL, type Mcrouter, type Pool, type Routers } from '../schemas/mcrouter.ts'

interface Overrides extends Partial<Omit<Mcrouter, 'routers' | 'pools'>> {
  readonly routers?: Partial<Routers>
  /** Of the pool that every Mcrouter has. */
  readonly memcached?: Partial<Pool>
  /** Further pools, each like that one but for what is given. */
  readonly pools?: readonly (Partial<Pool> & Pick<Pool, 'name'>)[]
}

/** A Mcrouter in its internal form, with the defaults of v1alpha3 but for what is given. */
export function mcrouterWith({ routers, memcached, pools = [], ...rest }: Overrides = {}): Mcrouter {
  const main: Pool = {
    name: MAIN_POOL,
    image: 'memcached:1.5-alpine',
    port: 11211,
    servers: 2,
    memoryMb: 256,
    maxItemSize: '32m',
    maxConnections: 1024,
    resources: { requests: { memory: '384Mi' }, limits: { memory: '384Mi' } },
    ...memcached,
  }
  return {
    name: 'cache',
    namespace: 'shop',
    topology: 'replicated',
    imagePullSecrets: [],
    nodeSelector: {},
    tolerations: [],
    inherited: { labels: {}, annotations: {}, omitted: [] },
    ...rest,
    routers: {
      image: 'devan2502/mcrouter:latest',
      port: 5000,
      replicas: 2,
      release: '37',
      resources: { requests: { cpu: '250m', memory: '64Mi' }, limits: { memory: '256Mi' } },
      debugFifoRoot: '',
      ...routers,
    },
    pools: [main, ...pools.map((pool) => ({ ...main, ...pool }))],
  }
}
