/** The value at a path in parsed JSON; undefined where the path ends early. */
export function at(root: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    return Reflect.get(value, key)
  }, root)
}

/** The same with the path in one text, such as `status.conditions.0.type`. */
export function atPath(root: unknown, path: string): unknown {
  return at(root, ...path.split('.'))
}
