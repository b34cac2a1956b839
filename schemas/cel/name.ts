import type { CelRule } from '../generate/structural.ts'
import { LONGEST_NAME, NAME_PATTERN } from '../identity.ts'

// Of a new object alone. A name cannot change, and of a rule at the root the API server spares no object that broke it
// before: one with a bad name, stored by the Ansible operator, could not even be given a label or a status.
// By default since Kubernetes 1.30 (CRDValidationRatcheting in apiextensions-apiserver pkg/features/kube_features.go).
export const nameRule: CelRule = {
  at: '',
  optionalOldSelf: true,
  rule: `oldSelf.hasValue() || (self.metadata.name.size() <= ${LONGEST_NAME} && self.metadata.name.matches('${NAME_PATTERN}'))`,
  message: `metadata.name must be at most ${LONGEST_NAME} lower-case letters, digits and "-", a letter first and no "-" last`,
}
