import { onPath } from '../../testing/pool.ts'
import { run } from '../../testing/process/command.ts'

/**
 * What tap is told for a test that needs one of Prometheus' programs; false where it is there.
 * Both come with Debian's package prometheus, or from https://prometheus.io/download.
 */
export function skipWithout(program: 'promtool' | 'prometheus'): string | false {
  return onPath(program) === undefined
    ? `${program} is not on PATH: apt-get install prometheus, or https://prometheus.io/download`
    : false
}

/** What promtool has against metrics as they are scraped, a line each; it has to be on PATH. */
export async function lint(text: string): Promise<string[]> {
  const { stdout, stderr } = await run('promtool', ['check', 'metrics'], { input: text })
  return `${stdout}${stderr}`.split('\n').filter(Boolean)
}
