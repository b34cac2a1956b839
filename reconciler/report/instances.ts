import { INSTANCES, type InstanceState, type McrouterStatus, SUSPECTS } from '../../schemas/status/status.ts'
import type { Pod } from '../observe/pod.ts'
import { type Pulse, type Pulses, suspectedBy, UNKNOWN } from '../vitals/pulse.ts'

/** How the Ready pods answered when asked, those with a problem first. */
export function instancesOf(pods: readonly Pod[], pulses: Pulses): NonNullable<McrouterStatus['instances']> {
  const asked = pods.filter(({ metadata }) => pulses.has(metadata.name))
  const rows = asked.map(({ metadata: { name }, component, ordinal }) => {
    const pulse = pulses.get(name) ?? UNKNOWN
    const by = suspectedBy(pulses, name).length
    return { name, component, ordinal, pulse, by, wrong: isWrong(pulse) || by > 0 }
  })
  const inOrder = rows.toSorted(
    (one, other) =>
      Number(other.wrong) - Number(one.wrong) ||
      one.ordinal - other.ordinal ||
      one.name.localeCompare(other.name),
  )
  const first = (component: Pod['component']) =>
    inOrder.filter((row) => row.component === component).slice(0, INSTANCES)
  return {
    servers: first('memcached').map(({ name, pulse, by }) => ({
      name,
      state: stateOf(pulse),
      ...(by > 0 && { suspectedBy: by }),
    })),
    routers: first('mcrouter').map(({ name, pulse }) => ({
      name,
      state: stateOf(pulse),
      ...(pulse.version !== '' && { version: pulse.version }),
      ...(pulse.suspects.length > 0 && { suspects: pulse.suspects.slice(0, SUSPECTS) }),
    })),
  }
}

function stateOf({ state, connections }: Pulse): InstanceState {
  if (state === 'full' || connections?.exhausted === true) return 'Full'
  if (state === 'silent') return 'Silent'
  return state === 'answering' ? 'Answering' : 'Unknown'
}

function isWrong(pulse: Pulse): boolean {
  const state = stateOf(pulse)
  return state === 'Silent' || state === 'Full' || pulse.suspects.length > 0
}
