import { randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Agent, createServer, request as httpsRequest, type Server } from 'node:https'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { kubeconfig as credentialsOf } from '../../../reconciler/kube/kubeconfig.ts'
import { createCertificates } from '../control-plane/certificates.ts'
import type { ControlPlane } from '../control-plane/index.ts'
import { kubeconfig } from '../control-plane/kubeconfig.ts'
import type { Asked, Fault } from './fault.ts'
import { deliver } from './deliver.ts'

export type { Asked, Fault } from './fault.ts'

/**
 * Stands between a client and a control plane's API server, as HTTPS on both sides, and lets the test say what becomes
 * of each request. The client authenticates to the proxy with a token; the proxy is cluster admin to the API server.
 */
export class FaultProxy {
  /** Everything that was asked, oldest first. */
  readonly asked: Asked[] = []
  /** Decides for each request; undefined lets it through. */
  fault: (asked: Asked) => Fault | undefined = () => undefined
  readonly #controlPlane: ControlPlane
  readonly #upstream: Agent
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  readonly #open = new Set<{ readonly asked: Asked; readonly source: IncomingMessage; readonly sink: ServerResponse }>()
  readonly #first = new Map<string, Buffer>()
  readonly #kubeconfig: string
  #ca = ''
  #token = ''
}
