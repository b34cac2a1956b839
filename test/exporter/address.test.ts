import t from 'tap'
import { addressIn, addressText } from '../../exporter/targets/address.ts'

t.test('the address of a pod, as Prometheus writes it', async (t) => {
  t.strictSame(addressIn('10.0.0.1:11211'), { host: '10.0.0.1', port: 11211 })
  t.strictSame(addressIn('[fd00::1]:5000'), { host: 'fd00::1', port: 5000 })
  for (const text of ['10.0.0.1:11211', '[fd00::1]:5000'])
    t.equal(addressText(addressIn(text) ?? { host: '', port: 0 }), text)
})

t.test('nothing else', async (t) => {
  const names = ['localhost:11211', 'cache.shop.svc:11211', 'metadata.google.internal:80']
  const other = [
    '',
    '10.0.0.1',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:1 ',
    ' 10.0.0.1:1',
    '10.1:11211',
    '0x7f.1:1',
  ]
  const more = [
    '010.0.0.1:1',
    '256.0.0.1:1',
    'http://10.0.0.1:1',
    '10.0.0.1:1/x',
    'fd00::1:1',
    '[fe80::1%eth0]:1',
    '[10.0.0.1]:1',
  ]
  for (const text of [...names, ...other, ...more]) t.equal(addressIn(text), undefined, text)
})
