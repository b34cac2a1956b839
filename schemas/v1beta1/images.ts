/** Images of the two tiers. */
export interface Images {
  readonly memcached: string
  readonly mcrouter: string
}

/** What an object gets that names none. */
export const DEFAULT_IMAGES: Images = {
  memcached: 'memcached:1.6-alpine',
  // Built from mcrouter's weekly tags, for amd64 and arm64.
  mcrouter: 'ghcr.io/dragoangel/mcrouter:v2026.06.29.00',
}
