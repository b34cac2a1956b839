import t from 'tap'
import { ofKind, render } from './chart.ts'

t.test('pods may be evicted where they are asked whether they answer, and nowhere else', async (t) => {
  const evicts = async (...flags: string[]) =>
    JSON.stringify(ofKind(await render(...flags), 'ClusterRole')).includes('"pods/eviction"')
  t.equal(await evicts(), true)
  t.equal(await evicts('--set=reconciler.confirmRouters=false'), false)
})
