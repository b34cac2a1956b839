import t from 'tap'
import { mcroutersAsWritten } from '../../../reconciler/observe/as-written.ts'
import { V1ALPHA3 } from '../../../schemas/v1alpha3/version.ts'
import { STORED } from '../../../schemas/versions.ts'
import { MCROUTER } from '../reconcile-context.ts'

t.test('what is written beside a spec is written in the version of the spec', async (t) => {
  const fieldsV1 = { 'f:spec': {} }
  const managedFields = [{ apiVersion: V1ALPHA3.apiVersion, fieldsV1 }]
  const metadata = { ...MCROUTER.metadata, managedFields }
  t.equal(mcroutersAsWritten({ metadata }).apiVersion, V1ALPHA3.apiVersion)
  t.equal(mcroutersAsWritten(MCROUTER).apiVersion, STORED.apiVersion)
})
