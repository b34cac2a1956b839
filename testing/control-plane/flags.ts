import { join } from 'node:path'
import { LOOPBACK } from './port.ts'

/** Where the files of one control plane are, below its directory. */
export interface Files {
  readonly etcdData: string
  readonly ca: string
  readonly apiServerCertificate: string
  readonly apiServerKey: string
  readonly serviceAccountPublicKey: string
  readonly serviceAccountPrivateKey: string
  readonly auditPolicy: string
  readonly auditLog: string
  readonly adminKubeconfig: string
  readonly controllerManagerKubeconfig: string
}

export function filesIn(directory: string): Files {
  return {
    etcdData: join(directory, 'etcd'),
    ca: join(directory, 'ca.crt'),
    apiServerCertificate: join(directory, 'apiserver.crt'),
    apiServerKey: join(directory, 'apiserver.key'),
    serviceAccountPublicKey: join(directory, 'service-account.pub'),
    serviceAccountPrivateKey: join(directory, 'service-account.key'),
    auditPolicy: join(directory, 'audit-policy.json'),
    auditLog: join(directory, 'audit.log'),
    adminKubeconfig: join(directory, 'kubeconfig'),
    controllerManagerKubeconfig: join(directory, 'controller-manager.kubeconfig'),
  }
}

export function etcdFlags(files: Files, port: number): string[] {
  const url = `http://${LOOPBACK}:${port}`
  return [
    `--data-dir=${files.etcdData}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    // A single member talks to no peer, but etcd insists on a listener.
    `--listen-peer-urls=http://${LOOPBACK}:0`,
    // The data goes away with the control plane.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ]
}

export function apiServerFlags(files: Files, port: number, etcdPort: number): string[] {
  return [
    `--etcd-servers=http://${LOOPBACK}:${etcdPort}`,
    `--bind-address=${LOOPBACK}`,
    `--secure-port=${port}`,
    // Without it the API server publishes its own address as the endpoint of `kubernetes`, and loopback is refused there.
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.96.0.0/16',
    `--client-ca-file=${files.ca}`,
    `--tls-cert-file=${files.apiServerCertificate}`,
    `--tls-private-key-file=${files.apiServerKey}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${files.serviceAccountPublicKey}`,
    `--service-account-signing-key-file=${files.serviceAccountPrivateKey}`,
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--audit-policy-file=${files.auditPolicy}`,
    `--audit-log-path=${files.auditLog}`,
    '--profiling=false',
  ]
}

// What the project's objects need; the others would only cost time and memory.
const CONTROLLERS = [
  'serviceaccount-controller',
  'serviceaccount-token-controller',
  'root-ca-certificate-publisher-controller',
  'clusterrole-aggregation-controller',
  'namespace-controller',
  'garbage-collector-controller',
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'disruption-controller',
  'horizontal-pod-autoscaler-controller',
  'endpoints-controller',
  'endpointslice-controller',
]

export function controllerManagerFlags(files: Files): string[] {
  return [
    `--kubeconfig=${files.controllerManagerKubeconfig}`,
    `--controllers=${CONTROLLERS.join(',')}`,
    `--root-ca-file=${files.ca}`,
    `--service-account-private-key-file=${files.serviceAccountPrivateKey}`,
    // Each controller acts as its own service account, as in a real cluster: RBAC applies to it.
    '--use-service-account-credentials',
    '--leader-elect=false',
    // Nothing measures CPU, so that all it does is to hold to minima and maxima: at once, in place of every 15 s.
    '--horizontal-pod-autoscaler-sync-period=1s',
    // No port: nobody scrapes it, and several control planes run side by side.
    '--secure-port=0',
    '--kube-api-qps=200',
    '--kube-api-burst=400',
  ]
}
