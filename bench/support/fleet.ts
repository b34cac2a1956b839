import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ApiVersion } from '../../schemas/api-version.ts'
import { convert } from '../../schemas/conversion/convert.ts'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { V1ALPHA3 } from '../../schemas/v1alpha3/version.ts'
import { KIND } from '../../schemas/well-known.ts'
import { type ControlPlane, startControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'
import { startKubelet } from '../../testing/kubelet/index.ts'
import { type HostOperator, startOperator } from '../../testing/operator/index.ts'
import { Children } from '../../testing/process/children.ts'
import { cpuOf } from '../../testing/process/usage.ts'
import type { Application } from './application.ts'
import { AuditTail, type Request } from './audit-tail.ts'
import { type Growth, growthIn, isCreation } from './growth.ts'

/** Mcrouters on a control plane of their own, with the operator as it is in the image. */
export interface Fleet {
  readonly controlPlane: ControlPlane
  readonly operator: HostOperator
  readonly audit: AuditTail
  readonly size: number
  /** Makes so many more, all at the same time, in this version of the API; resolves when every object of every one is there. */
  grow(by: number, version?: ApiVersion): Promise<Growth>
  /** Resolves when the controllers of Kubernetes have done what there was to do for the pods that do not run. */
  rest(): Promise<void>
  /** Resolves when every pod is Ready, every status says so and the reconciler has nothing left to do. */
  settle(): Promise<void>
  stop(): Promise<void>
}

const MCROUTERS = '/apis/mcrouter.example.com/v1alpha3/mcrouters'
/** Who, when, what: the bodies of thousands of writes would fill the disk. */
const AUDIT_POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata' }],
}
/** Requests under way at a time: fewer than the API server lets through to webhooks at once, and than they take. */
const CREATORS = 100
/** An idle controller manager takes some 3 ms of CPU time in this time, one that has pods to make 60 and more. */
const REST_MS = 1_000
const BUSY_US = 20_000
const LARGEST_LOG_MB = 100_000

export async function startFleet(
  application: Application,
  say: (line: string) => void,
  controllerManagerFlags: readonly string[] = [],
): Promise<Fleet> {
  say('a control plane with the operator')
  const policy = new Children('mcrouter-bench-audit')
  const policyFile = join(policy.directory, 'policy.json')
  await writeFile(policyFile, JSON.stringify(AUDIT_POLICY))
  const controlPlane = await startControlPlane({
    apiServerFlags: [`--audit-policy-file=${policyFile}`, `--audit-log-maxsize=${LARGEST_LOG_MB}`],
    controllerManagerFlags,
  })
  const operator = await startOperator(controlPlane, {
    program: application.command,
    serverFlags: ['--log-level=info'],
    reconcilerFlags: ['--log-level=info'],
  })
  const audit = new AuditTail(controlPlane.auditLog)
  const { client } = controlPlane
  await eventually('Mcrouters are taken', () => isTaken(client), { withinMs: 60_000, everyMs: 200 })
  let size = 0
  let kubelet: ReturnType<typeof startKubelet> | undefined
  return {
    controlPlane,
    operator,
    audit,
    get size() {
      return size
    },
    grow: async (by, version = V1ALPHA3) => {
      const since = await audit.end()
      const names = Array.from({ length: by }, (_, index) => `cache-${size + index}`)
      size += by
      await Promise.all(Array.from({ length: CREATORS }, () => create(client, names, version)))
      const requests: Request[] = []
      const more = audit.follow(since)
      const growth = async () => {
        for (const request of await more()) if (isCreation(request)) requests.push(request)
        return growthIn(requests, by)
      }
      return await eventually(`the objects of ${by} Mcrouters`, growth, { withinMs: 1_800_000, everyMs: 200 })
    },
    rest: async () => {
      let before = Number.NaN
      const idle = async () => {
        const now = cpuOf(controlPlane.pids.controllerManager)
        const spent = now - before
        before = now
        return spent < BUSY_US
      }
      await eventually('the controllers are idle', idle, { withinMs: 600_000, everyMs: REST_MS })
    },
    settle: async () => {
      kubelet ??= startKubelet(client)
      await kubelet
      say(`pods of ${size} Mcrouters become ready`)
      const settled = async () => {
        if (!operator.reconciler.running) {
          say('the reconciler ended, and is started again as kubelet would')
          operator.reconciler.launch()
        }
        const { body } = await client.request('GET', MCROUTERS)
        return Array.isArray(body.items) && body.items.every(isSettled)
      }
      await eventually('all are Available', settled, { withinMs: 1_800_000, everyMs: 3_000 })
    },
    stop: async () => {
      await (await kubelet)?.stop()
      await operator.stop()
      await controlPlane.stop()
      await policy.end()
    },
  }
}

/** The API server reads a definition of Mcrouters, and whom it is to trust, a moment after it has changed. */
async function isTaken(client: ControlPlane['client']): Promise<boolean> {
  const { apiVersion } = V1ALPHA3
  const body = { apiVersion, kind: KIND, metadata: { name: 'taken' }, spec: {} }
  const path = `/apis/${apiVersion}/namespaces/default/mcrouters?dryRun=All`
  return (await client.request('POST', path, { body })).status === 201
}

/** Creates those that nobody else has begun with. */
async function create(client: ControlPlane['client'], names: string[], version: ApiVersion): Promise<void> {
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    const { apiVersion } = version
    const body = { apiVersion, kind: KIND, metadata: { name }, spec: specIn(version) }
    const path = `/apis/${apiVersion}/namespaces/default/mcrouters`
    const { status, text } = await client.request('POST', path, { body })
    if (status !== 201) throw new Error(`${name}: ${status} ${text}`)
  }
}

/** Whatever the defaults of a version are: the same Mcrouter in each. */
function specIn(version: ApiVersion): JsonObject {
  return version === V1ALPHA3 ? {} : object(convert({ spec: {} }, V1ALPHA3, version).spec)
}

function object(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {}
}

function isSettled(mcrouter: JsonObject): boolean {
  const status = isJsonObject(mcrouter.status) ? mcrouter.status : {}
  const conditions = Array.isArray(status.conditions) ? status.conditions : []
  const is = (type: string, value: string) =>
    conditions.some((one) => isJsonObject(one) && one.type === type && one.status === value)
  return is('Available', 'True') && is('Progressing', 'False')
}
