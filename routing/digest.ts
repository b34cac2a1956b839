import { createHash } from 'node:crypto'

/**
 * md5 of a configuration's text in hex: what a router that runs it answers to
 * `get __mcrouter__.config_md5_digest` (mcrouter/ProxyConfigBuilder.cpp). An identity, not a protection.
 */
export function digest(text: string): string {
  return createHash('md5').update(text, 'utf8').digest('hex')
}
