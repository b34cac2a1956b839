/** What this directory reads of a JSON Schema; TypeBox's schemas are such objects. */
export interface Schema {
  readonly $id?: string
  /** TypeBox's mark of a schema written by hand. */
  readonly '~unsafe'?: unknown
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly format?: string
  readonly pattern?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly maxItems?: number
  readonly maxProperties?: number
  readonly required?: readonly string[] | undefined
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly propertyNames?: Schema
  /** What is allowed, in words that complete "must be". */
  readonly 'x-allowed'?: string
  /** What a number counts, where people write a unit behind it. */
  readonly 'x-unit'?: 'MiB'
  /** Of an image that has a default from the operator's settings: whose. */
  readonly 'x-default-image'?: 'memcached' | 'mcrouter'
  /** Of a default that the API server is not to fill in, since admission has to know whether somebody wrote the field. */
  readonly 'x-default-by'?: 'admission'
  /** An object of whatever members. */
  readonly 'x-kubernetes-preserve-unknown-fields'?: true
  readonly 'x-kubernetes-list-type'?: string
  readonly 'x-kubernetes-list-map-keys'?: readonly string[]
}

/** The schema of a member of an object, or undefined for a member that the schema does not know. */
export function memberOf(schema: Schema, key: string): Schema | undefined {
  const { properties, additionalProperties } = schema
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key]
  return additionalProperties
}
