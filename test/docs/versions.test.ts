import { readFileSync } from 'node:fs'
import t from 'tap'
import { PROGRAMS } from '../../testing/control-plane/release.ts'
import { recorded } from '../clients/results.ts'

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')

function cellOf(row: string): string {
  const line = README.split('\n').find((line) => line.startsWith(`| ${row} |`))
  return line?.split('|')[2]?.trim() ?? ''
}

t.test('the tested versions in README.md are those that the tests run', async (t) => {
  t.equal(cellOf('Kubernetes'), PROGRAMS['kube-apiserver'].version)
  t.equal(cellOf('Helm'), `${PROGRAMS.helm.version}, ${PROGRAMS.helm3.version}`)
  t.equal(`memcached ${cellOf('memcached')}`, /memcached \d\S+$/.exec(recorded().against)?.[0])
})
