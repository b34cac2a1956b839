import type { Change } from '../plan/plan.ts'

/** `StatefulSet cache-memcached` */
export function nameOf(change: Change): string {
  const { kind, metadata } = 'manifest' in change ? change.manifest : change.child
  return `${kind} ${metadata.name}`
}
