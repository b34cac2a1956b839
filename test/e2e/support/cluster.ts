import type { JsonObject } from '../../../schemas/json.ts'
import { isJsonObject } from '../../../schemas/json.ts'
import { type CommandResult, run } from '../../../testing/process/command.ts'
import { atPath } from '../../support/at.ts'

/** kubectl on the cluster that KUBECONFIG names. A non-zero exit is a result. */
export function kubectl(args: readonly string[], input?: string): Promise<CommandResult> {
  return run('kubectl', args, input === undefined ? {} : { input })
}

/** What kubectl printed; rejects with its complaint when it failed. */
export async function kubectlOk(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kubectl(args, input)
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${stderr.trim()}`)
  return stdout
}

/** An object as JSON; undefined when there is none. */
export async function get(args: readonly string[]): Promise<JsonObject | undefined> {
  const stdout = await kubectlOk(['get', ...args, '-o', 'json', '--ignore-not-found'])
  if (stdout === '') return undefined
  const parsed: unknown = JSON.parse(stdout)
  if (!isJsonObject(parsed)) throw new Error(`kubectl get ${args.join(' ')} printed no object`)
  return parsed
}

/** The items of a list. */
export async function list(args: readonly string[]): Promise<JsonObject[]> {
  const items = (await get(args))?.items
  return Array.isArray(items) ? items.filter(isJsonObject) : []
}

/** The text or number at a path such as `status.readyReplicas`; empty where the path ends. */
export function textAt(object: unknown, path: string): string {
  const value = atPath(object, path)
  return value === undefined ? '' : String(value)
}

export function apply(manifests: readonly unknown[] | string, args: readonly string[] = []): Promise<string> {
  const input =
    typeof manifests === 'string' ? manifests : manifests.map((one) => JSON.stringify(one)).join('\n---\n')
  return kubectlOk(['apply', ...args, '-f', '-'], input)
}
