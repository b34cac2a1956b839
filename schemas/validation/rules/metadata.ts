import { quote } from '../../../text/quote.ts'
import { isReserved } from '../../inheritance.ts'
import type { Violation } from '../violation.ts'
import { podsIn } from './pods-in.ts'
import type { Rule } from './rule.ts'

/** By keys of these domains Kubernetes and its networks are told what a container may do, and what it is connected to. */
const POWERFUL = /(^|[.])(kubernetes[.]io|k8s[.]io|cni[.]cncf[.]io)[/]/

/** Labels and annotations of pods do not reach what the operator, or the cluster, keeps for itself. */
export const podMetadataRule: Rule = {
  needs: 'pool.pod.labels',
  // Each key by itself: of what is unsound none is left to be complained about.
  reads: [],
  violations: (settings, { version }) =>
    (['labels', 'annotations'] as const).flatMap((name) =>
      podsIn(settings, name, version).flatMap(({ value, path }) =>
        Object.keys(value)
          .filter((key) => isReserved(key) || POWERFUL.test(key))
          .map((key) => forbidden(path, key)),
      ),
    ),
}

/** The same of the Service, whose annotations speak to load balancers. */
export const serviceMetadataRule: Rule = {
  needs: 'routers.service',
  reads: [],
  violations: ({ routers: { service } }, { version: { fieldPath } }) =>
    (['labels', 'annotations'] as const).flatMap((name) =>
      Object.keys(service[name])
        .filter(isReserved)
        .map((key) => forbidden(`${fieldPath('routers.service')}.${name}`, key)),
    ),
}

function forbidden(path: string, key: string): Violation {
  const message = `Forbidden: ${quote(key)}: belongs to the operator or to Kubernetes`
  return { path: `spec.${path}[${quote(key)}]`, reason: 'FieldValueForbidden', message }
}
