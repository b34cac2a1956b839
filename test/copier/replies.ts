import { readFileSync } from 'node:fs'

export interface RecordedReply {
  /** The release. */
  readonly memcached: string
  readonly request: string
  /** Bytes as characters of Latin-1. */
  readonly reply: string
}

/** What three releases of memcached have answered, in order, each on one connection. */
export const RECORDED: readonly RecordedReply[] = JSON.parse(
  readFileSync(new URL('../fixtures/warm-resize/memcached-replies.json', import.meta.url), 'utf8'),
)

export function recorded(release: string, request: string): string {
  const found = RECORDED.find(
    (one) => one.memcached === release && one.request.replaceAll('\r\n', ' ').trim() === request,
  )
  if (found === undefined) throw new Error(`no reply of ${release} to ${request} was recorded`)
  return found.reply
}
