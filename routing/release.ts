import type { Release } from '../schemas/mcrouter.ts'

/** What a release of mcrouter understands; a configuration that uses more is invalid or silently ignored. */
export interface Features {
  /** The operations gat and gats: a policy for them makes a configuration of release 37 invalid. */
  readonly getAndTouch: boolean
  /** The pool option connect_timeout: ignored before release 40, where server_timeout covers connecting. */
  readonly connectTimeout: boolean
}

/** Understood by every release. */
export const OLDEST: Features = { getAndTouch: false, connectTimeout: false }
const SINCE_40: Features = { getAndTouch: true, connectTimeout: true }

const FEATURES: Readonly<Record<Release, Features>> = {
  '37': OLDEST,
  '40': SINCE_40,
  '41': SINCE_40,
  current: SINCE_40,
}

/** What that release understands. */
export function featuresOf(release: Release): Features {
  return FEATURES[release]
}

/** What both understand. */
export function inBoth(one: Features, other: Features): Features {
  return {
    getAndTouch: one.getAndTouch && other.getAndTouch,
    connectTimeout: one.connectTimeout && other.connectTimeout,
  }
}
