import type { CelRule } from '../generate/structural.ts'

/** Of each toleration of a list, as Kubernetes validates them in a pod. */
export function tolerationRules(list: string): CelRule[] {
  return [
    {
      rule: `(has(self.key) && self.key != '') || (has(self.operator) && self.operator == 'Exists')`,
      message: 'operator must be Exists when there is no key',
    },
    {
      rule: `!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == ''`,
      message: 'value must be empty when operator is Exists',
    },
    {
      rule: `!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')`,
      message: 'effect must be NoExecute when tolerationSeconds is set',
    },
  ].map((rule) => ({ at: `${list}[]`, ...rule }))
}

/** Of a map whose keys are label keys. Not format.qualifiedName(), which Kubernetes 1.30 does not know. */
export function labelKeysRule(at: string): CelRule {
  return {
    at,
    rule: "self.all(key, key.matches('^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$'))",
    message: 'the keys must be label keys such as kubernetes.io/arch',
  }
}
