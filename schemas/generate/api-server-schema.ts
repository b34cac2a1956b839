import type { Schema } from '../schema.ts'

/**
 * A schema as the API server is given it: without the defaults that admission fills in, since a field that the API server has filled in
 * looks as if somebody had written it. Its description has to say what becomes of one that is left out.
 */
export function apiServerSchema(schema: Schema): Schema {
  const { default: value, 'x-default-by': by, items, properties, ...rest } = schema
  return {
    ...rest,
    ...(value !== undefined && by === undefined && { default: value }),
    ...(items !== undefined && { items: apiServerSchema(items) }),
    ...(properties !== undefined && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, member]) => [name, apiServerSchema(member)]),
      ),
    }),
  }
}
