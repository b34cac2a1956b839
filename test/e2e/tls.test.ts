import t, { type Test } from 'tap'
import { TestAuthority } from '../support/certificate.ts'
import { startClient } from './support/client.ts'
import { namespace } from './support/namespace.ts'
import { installOperator } from './support/operator.ts'
import { clientsMove } from './tls/clients.ts'
import { rotation } from './tls/rotation.ts'
import type { Stage } from './tls/secure-cache.ts'
import { badRouterPair, badServerPair, missingSecret } from './tls/trouble.ts'

const NAMESPACE = 'mcrouter-e2e-tls'

/** Side by side: they mostly wait. */
const TESTS: Readonly<Record<string, (t: Test, stage: Stage) => Promise<void>>> = {
  'clients move to TLS, and nothing is left without': clientsMove,
  'certificates are renewed by another CA, and nobody notices': rotation,
  'a bad pair costs no server and no request': badServerPair,
  'a router that starts with a bad pair is told of': badRouterPair,
  'a Secret that is not there costs one server': missingSecret,
}

await namespace(t, NAMESPACE)
await installOperator(t, '--set=rbac.mountCertificates=true', '--set=exporter.enabled=true')
const stage: Stage = {
  namespace: NAMESPACE,
  client: await startClient(NAMESPACE),
  authority: await TestAuthority.create(),
}
t.jobs = Object.keys(TESTS).length
for (const [name, test] of Object.entries(TESTS)) t.test(name, { buffered: true }, (t) => test(t, stage))
