import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What the one-file install is a rendering of; test/chart compares it with what is committed. */
export const DEPLOY_FILE = fileURLToPath(new URL('../deploy/mcrouter-operator.yaml', import.meta.url))
export const RELEASE = 'mcrouter-operator'
export const NAMESPACE = 'mcrouter-system'
const CHART = fileURLToPath(new URL('../charts/mcrouter-operator', import.meta.url))

const HEADER = `# The operator with the default values, for: kubectl apply --server-side -f mcrouter-operator.yaml
# Generated from charts/mcrouter-operator by build/deploy.ts: change the chart.
#
# To uninstall: kubectl delete -f mcrouter-operator.yaml -l app.kubernetes.io/part-of=mcrouter-operator
# Without the selector, the CustomResourceDefinition goes as well, and with it every Mcrouter and every cache.
apiVersion: v1
kind: Namespace
metadata:
  name: ${NAMESPACE}
  labels:
    pod-security.kubernetes.io/enforce: restricted
`

/** The one-file install, from what `helm template` prints for RELEASE in NAMESPACE: without the labels of a Helm release. */
export function deployFile(rendered: string): string {
  const lines = rendered
    .split('\n')
    .filter((line) => !/^\s+(helm\.sh\/chart|app\.kubernetes\.io\/managed-by): /.test(line))
  return `${HEADER}${lines.join('\n')}`
}

if (import.meta.main) {
  const rendered = execFileSync('helm', ['template', RELEASE, CHART, '--namespace', NAMESPACE], {
    encoding: 'utf8',
  })
  writeFileSync(DEPLOY_FILE, deployFile(rendered))
}
