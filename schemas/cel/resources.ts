import type { CelRule } from '../generate/structural.ts'
import { RESOURCE_NAMES } from '../pod.ts'

/** Of the resources at a node of the schema. */
export function resourcesRules(at: string): CelRule[] {
  const inOrder = RESOURCE_NAMES.map((name): CelRule => {
    const field = name.replaceAll('-', '__dash__')
    const [request, limit] = [`self.requests.${field}`, `self.limits.${field}`]
    const given = `has(self.requests) && has(${request}) && has(self.limits) && has(${limit})`
    const quantities = `${given} && isQuantity(string(${request})) && isQuantity(string(${limit}))`
    return {
      at,
      rule: `!(${quantities}) || quantity(string(${request})).compareTo(quantity(string(${limit}))) <= 0`,
      message: `must not be more than limits.${name}`,
      fieldPath: name.includes('-') ? `.requests['${name}']` : `.requests.${name}`,
    }
  })
  const sensible = ['requests', 'limits'].flatMap((side) =>
    RESOURCE_NAMES.map((name): CelRule => {
      const least = name === 'cpu' ? '1m' : '1Mi'
      return {
        at: `${at}.${side}.${name}`,
        rule: `isQuantity(string(self)) && quantity(string(self)).compareTo(quantity('${least}')) >= 0`,
        message: `must be a quantity of at least ${least}`,
      }
    }),
  )
  return [...inOrder, ...sensible]
}
