/** What geerlingguy/mcrouter-operator makes of a CR (roles/mcrouter/templates at its commit 5caa145). */
export function ansibleObjects(namespace: string, name: string, servers: number): object[] {
  const cache = `${name}-cache`
  const memcached = `${name}-memcached`
  const pool = Array.from({ length: servers }, (_, ordinal) =>
    JSON.stringify(`${memcached}-${ordinal}.${memcached}.${namespace}.svc.cluster.local:11211`),
  )
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: memcached, namespace },
      spec: { ports: [{ port: 11211, protocol: 'TCP' }], selector: { app: cache } },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: memcached, namespace },
      spec: {
        replicas: servers,
        serviceName: memcached,
        selector: { matchLabels: { app: cache } },
        template: {
          metadata: { labels: { app: cache } },
          spec: {
            containers: [
              {
                name: 'memcached',
                command: ['memcached', '-m', '256', '-I', '32m', '-v'],
                image: 'memcached:1.5-alpine',
                ports: [{ containerPort: 11211 }],
              },
            ],
          },
        },
      },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name, namespace },
      spec: {
        replicas: 1,
        // The same for every CR: two of them in a namespace get into each other's way.
        selector: { matchLabels: { app: 'mcrouter' } },
        template: {
          metadata: { labels: { app: 'mcrouter' } },
          spec: {
            containers: [
              {
                name: 'mcrouter',
                command: [
                  'mcrouter',
                  `--config-str={"pools":{"A":{"servers":[${pool}]}},"route":"PoolRoute|A"}`,
                  '-p',
                  '5000',
                ],
                image: 'devan2502/mcrouter:latest',
                ports: [{ containerPort: 5000 }],
              },
            ],
          },
        },
      },
    },
  ]
}
