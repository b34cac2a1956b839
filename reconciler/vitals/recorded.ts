import type { JsonObject } from '../../schemas/json.ts'
import { record, records, text } from '../observe/untyped.ts'
import { type Pulse, type Pulses, UNKNOWN } from './pulse.ts'

const STATES: ReadonlyMap<string, Pulse['state']> = new Map([
  ['Answering', 'answering'],
  ['Silent', 'silent'],
  ['Full', 'full'],
])

/** What a status says of how the pods answered whoever asked them last. */
export function pulsesIn(status: JsonObject): Pulses {
  const { servers, routers } = record(status.instances)
  return new Map(
    [...records(servers), ...records(routers)].map(({ name, state, suspects, version }) => [
      text(name),
      {
        ...UNKNOWN,
        state: STATES.get(text(state)) ?? 'unknown',
        version: text(version),
        suspects: Array.isArray(suspects) ? suspects.map(text) : [],
      },
    ]),
  )
}
