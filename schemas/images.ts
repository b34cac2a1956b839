import { parseImage } from './formats/image.ts'
import { IMAGE } from './formats/patterns.ts'
import type { Schema } from './schema.ts'

/** Images of the two tiers. */
export interface Images {
  readonly memcached: string
  readonly mcrouter: string
}

/** What an object gets that names none, where the operator is not told otherwise. */
export const DEFAULT_IMAGES: Images = {
  memcached: 'memcached:1.6-alpine',
  // Built from mcrouter's weekly tags, for amd64 and arm64.
  mcrouter: 'ghcr.io/dragoangel/mcrouter:v2026.06.29.00',
}

/** The longest that a spec may have. */
export const LONGEST_IMAGE = 512

/** Why a spec could not have this image; half a sentence, undefined when it could. */
export function imageComplaint(image: string): string | undefined {
  if (image.length > LONGEST_IMAGE) return `it has more than ${LONGEST_IMAGE} characters`
  const parsed = parseImage(image)
  if (typeof parsed === 'string') return parsed
  return new RegExp(IMAGE).test(image) ? undefined : 'it begins with a letter or a digit'
}

/** The schema with these as the defaults of its images: its own are written by the API server, which knows no settings. */
export function withImages(schema: Schema, images: Images): Schema {
  const { 'x-default-image': tier, items, properties } = schema
  return {
    ...schema,
    ...(tier !== undefined && { default: images[tier] }),
    ...(items !== undefined && { items: withImages(items, images) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [name, withImages(member, images)]),
      ),
    }),
  }
}
