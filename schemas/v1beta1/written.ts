import type { Schema } from '../schema.ts'
import { McrouterSpec } from './spec.ts'

/** A spec as a person may write it: nothing is required that has a default. */
export const WrittenSpec: Schema = withoutDefaulted(McrouterSpec)

/** Required stays what has no default and makes no sense without it, such as the name of a pool. */
function withoutDefaulted(schema: Schema): Schema {
  const { properties, items, required = [] } = schema
  const left = required.filter((name) => !hasDefault(properties?.[name]))
  return {
    ...schema,
    required: left.length > 0 ? left : undefined,
    ...(items !== undefined && { items: withoutDefaulted(items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [name, withoutDefaulted(member)]),
      ),
    }),
  }
}

/** Of its own or from the settings, or of what is in it and given to each object by the API server. */
function hasDefault(schema: Schema | undefined): boolean {
  if (schema === undefined) return false
  if (schema.default !== undefined || schema['x-default-image'] !== undefined) return true
  return Object.values(schema.properties ?? {}).some(hasDefault)
}
