import type { ApiVersion } from '../api-version.ts'
import type { Mcrouter, Routers } from '../mcrouter.ts'
import type { Warning } from './violation.ts'

/** Of a number of routers that nobody had to say before the update: nobody may know how many there were. */
export function routerNumberWarnings(
  { routers: was }: Pick<Mcrouter, 'routers'>,
  { routers: is }: Pick<Mcrouter, 'routers'>,
  version: ApiVersion,
): Warning[] {
  if (is.placement === 'Node') return []
  const { fieldPath } = version
  if (was.placement === 'Node')
    return [
      `spec.${fieldPath('routers.placement')} Node goes: ${numberIn(is, version)}, in place of one on each node`,
    ]
  return was.autoscaling === undefined || is.autoscaling !== undefined
    ? []
    : [`spec.${fieldPath('routers.autoscaling')} goes: ${numberIn(is, version)}, however many it had made`]
}

function numberIn({ autoscaling, replicas }: Routers, { fieldPath }: ApiVersion): string {
  return autoscaling === undefined
    ? `there are ${replicas} routers from now on, as spec.${fieldPath('routers.replicas')} says`
    : `there are ${autoscaling.min} to ${replicas} routers from now on, as spec.${fieldPath('routers.autoscaling')} says`
}
