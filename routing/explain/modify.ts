import { quote } from '../../text/quote.ts'
import type { Definition } from './definition.ts'
import { routed } from './request.ts'
import type { Route } from './route.ts'

/** mcrouter/routes/ModifyKeyRoute.h */
export function modifyKey({ routes, spec }: Definition): Route {
  const target = routes.one(spec.target)
  return (request) => {
    const prefix = textOf(spec.set_routing_prefix) ?? request.prefix
    const key = modifiedKey(request.key, {
      ensured: textOf(spec.ensure_key_prefix) ?? '',
      replaced: textOf(spec.replace_key_prefix),
      inPlace: spec.modify_inplace === true,
    })
    if (key === request.key && prefix === request.prefix) return target(request)
    const next = target({ ...request, ...routed(prefix + key) })
    return { kind: 'changed', change: `as key ${quote(prefix + key)}`, next }
  }
}

interface Modification {
  readonly ensured: string
  readonly replaced: string | undefined
  readonly inPlace: boolean
}

function modifiedKey(key: string, { ensured, replaced, inPlace }: Modification): string {
  if (replaced !== undefined && key.startsWith(replaced)) return ensured + key.slice(replaced.length)
  if (key.startsWith(ensured)) return key
  return ensured + (inPlace && key.length >= ensured.length ? key.slice(ensured.length) : key)
}

export function modifyExptime({ routes, spec }: Definition): Route {
  const target = routes.one(spec.target)
  const change = `with an exptime of ${spec.action === 'min' ? 'at most ' : ''}${quote(spec.exptime)}`
  return (request) => ({ kind: 'changed', change, next: target(request) })
}

export function injectLatency({ routes, spec }: Definition): Route {
  const child = routes.one(spec.child)
  const times = Object.entries(spec).filter(([name]) => name.endsWith('_latency_ms'))
  const change = `with ${times.map(([name, ms]) => `${name} ${quote(ms)}`).join(', ')}`
  return (request) => ({ kind: 'changed', change, next: child(request) })
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
