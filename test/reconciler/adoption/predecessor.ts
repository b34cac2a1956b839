import type { JsonObject } from '../../../schemas/json.ts'

// What the Ansible operator made of a Mcrouter: geerlingguy/mcrouter-operator at 5caa145, roles/mcrouter/templates.

export function predecessorsService(name: string, namespace = 'default'): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: `${name}-memcached`, namespace },
    spec: { ports: [{ port: 11211, protocol: 'TCP' }], selector: { app: `${name}-cache` } },
  }
}

export function predecessorsStatefulSet(name: string, replicas: number, namespace = 'default'): JsonObject {
  const labels = { app: `${name}-cache` }
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: `${name}-memcached`, namespace },
    spec: {
      replicas,
      serviceName: `${name}-memcached`,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'memcached',
              image: 'memcached:1.5-alpine',
              command: ['memcached', '-m', '256', '-I', '32m', '-v'],
              ports: [{ containerPort: 11211 }],
            },
          ],
        },
      },
    },
  }
}

/** @param servers of the pool that its router uses */
export function predecessorsDeployment(name: string, namespace = 'default', servers = 0): JsonObject {
  const labels = { app: 'mcrouter' }
  const memcached = `${name}-memcached`
  const pool = Array.from({ length: servers }, (_, ordinal) =>
    JSON.stringify(`${memcached}-${ordinal}.${memcached}.${namespace}.svc.cluster.local:11211`),
  )
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'mcrouter',
              image: 'devan2502/mcrouter:latest',
              command: [
                'mcrouter',
                `--config-str={"pools":{"A":{"servers":[${pool}]}},"route":"PoolRoute|A"}`,
                '-p',
                '5000',
              ],
              ports: [{ containerPort: 5000 }],
            },
          ],
        },
      },
    },
  }
}
