import { UNPRINTABLE } from './unprintable.ts'

/**
 * Words of others (kubelet, the scheduler, a container, the API server) as one line that can be shown on a terminal and
 * written to a log: each run of unprintable characters becomes a space.
 */
export function plainText(text: string): string {
  return text.toWellFormed().replace(RUN, ' ')
}

const RUN = new RegExp(`(?:${UNPRINTABLE.source})+`, 'gu')
