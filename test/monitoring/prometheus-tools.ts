import { onPath } from '../../testing/pool.ts'

/**
 * What tap is told for a test that needs one of Prometheus' programs; false where it is there.
 * Both come with Debian's package prometheus, or from https://prometheus.io/download.
 */
export function skipWithout(program: 'promtool' | 'prometheus'): string | false {
  return onPath(program) === undefined
    ? `${program} is not on PATH: apt-get install prometheus, or https://prometheus.io/download`
    : false
}
