import type { JsonObject } from '../../schemas/json.ts'
import type { Route, Routes } from './route.ts'

/** What a handle is made of. */
export interface Definition {
  readonly routes: Routes
  /** The object; of the short form `Type|rest` an empty one. */
  readonly spec: JsonObject
  /** Of the short form; undefined for an object. */
  readonly rest: string | undefined
}

/** Of the short form the children are what follows the type. */
export function childrenOf({ routes, spec, rest }: Definition): readonly Route[] {
  return routes.list(rest ?? spec.children ?? [])
}
