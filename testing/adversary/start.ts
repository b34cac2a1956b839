import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ControlPlane } from '../control-plane/index.ts'
import { NAMESPACE } from './intruder.ts'
import { type Orders, REPORT, type Report } from './orders.ts'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
/** One act may be twenty large requests, at the lowest priority that there is. */
const GRACE_MS = 60_000

/** Lets the adversary loose in a namespace of its own; it ends with the control plane at the latest. */
export async function startAdversary(
  controlPlane: ControlPlane,
  server: string,
  seed: number,
): Promise<{ stop(): Promise<Report> }> {
  const { children, directory, url, caFile, kubectl } = controlPlane
  await admit(kubectl)
  const orders: Orders = {
    endpoint: { url, ca: await readFile(caFile, 'utf8') },
    token: await controlPlane.serviceAccountToken(NAMESPACE, 'default'),
    server,
    seed,
  }
  const file = join(directory, 'adversary.json')
  await writeFile(file, JSON.stringify(orders), { mode: 0o600 })
  const child = children.start('adversary', { file: process.execPath, args: [MAIN, file] })
  return {
    stop: async () => {
      await child.stop('SIGTERM', GRACE_MS)
      const log = await child.log()
      const report = log.split('\n').find((line) => line.startsWith(REPORT))
      if (report === undefined) throw new Error(`the adversary has not reported:\n${log}`)
      return JSON.parse(report.slice(REPORT.length))
    },
  }
}

/** Its service account has the role `edit` in its namespace, and the right to be a rival over status. */
async function admit(kubectl: ControlPlane['kubectl']): Promise<void> {
  const inNamespace = ['-n', NAMESPACE, 'create']
  const account = `--serviceaccount=${NAMESPACE}:default`
  for (const args of [
    ['create', 'namespace', NAMESPACE],
    [...inNamespace, 'rolebinding', 'edit', '--clusterrole=edit', account],
    [...inNamespace, 'role', 'rival', '--verb=patch', '--resource=mcrouters.mcrouter.example.com/status'],
    [...inNamespace, 'rolebinding', 'rival', '--role=rival', account],
  ]) {
    const { code, stderr } = await kubectl(args)
    if (code !== 0 && !stderr.includes('AlreadyExists')) throw new Error(stderr)
  }
}
