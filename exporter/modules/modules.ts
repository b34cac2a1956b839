import { mcrouter } from './mcrouter.ts'
import { memcached } from './memcached.ts'
import type { Module } from './module.ts'

/** By the name in `?module=`, which is that of the tier. */
export const MODULES = { mcrouter, memcached } as const satisfies Readonly<Record<string, Module>>

export type ModuleName = keyof typeof MODULES
