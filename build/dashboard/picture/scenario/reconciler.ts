import { CUT, exists, grown, restarting, SCALE, SCALED, SERVERS } from './course.ts'
import { gauge, type Minute, type Series } from './series.ts'

export function ofReconciler(): Series[] {
  const of = (name: string, at: Series['at'], labels = {}) =>
    gauge(`mcrouter_operator_mcrouter_${name}`, labels, at)
  const isUp = (type: string) => (minute: Minute) => {
    const trouble = restarting(minute) || minute >= CUT
    const scaling = minute >= SCALE && minute < SCALED
    if (type === 'Degraded') return Number(trouble)
    if (type === 'Progressing') return Number(scaling)
    if (type === 'Ready') return Number(!trouble && !scaling)
    return type === 'Available' ? Number(!restarting(minute)) : 1
  }
  return [
    ...['Accepted', 'ConfigApplied', 'Available', 'Ready', 'Progressing', 'Degraded'].map((type) =>
      of('condition', isUp(type), { type, status: 'True' }),
    ),
    of('servers_ready', (minute) => SERVERS.filter((_, ordinal) => exists(ordinal, minute)).length + 1),
    of('servers_wanted', (minute) => (minute >= SCALE ? 4 : 3)),
    of('routers_ready', () => 2),
    of('routers_wanted', () => 2),
    of('config_confirmed_routers', (minute) => (minute === SCALED ? 1 : 2)),
    of('config_wanted_routers', () => 2),
    of('router_threads', () => 2),
    of('router_memory_limit_bytes', () => 512 * 2 ** 20),
    of('degraded', (minute) => (restarting(minute) ? 1 : undefined), { reason: 'ServerNotReady' }),
    of('degraded', (minute) => (minute >= CUT ? 1 : undefined), { reason: 'ServerSuspected' }),
    of('scale_step', (minute) => (minute >= SCALE && minute < SCALED ? 1 : undefined), { step: 'Growing' }),
    of('keys_moved_ratio', (minute) => (grown(minute) ? 1 / 3 : undefined)),
  ]
}
