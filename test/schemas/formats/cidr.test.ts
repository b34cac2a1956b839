import t from 'tap'
import { isCidr, isWithin } from '../../../schemas/formats/cidr.ts'

t.test('a range of addresses is known, of either family', async (t) => {
  for (const text of [
    '10.0.0.0/8',
    '10.8.0.4/32',
    '0.0.0.0/0',
    '::/0',
    '2001:db8::/32',
    '::ffff:10.0.0.0/104',
  ])
    t.ok(isCidr(text), text)
  for (const text of [
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '10.0.0.0/-1',
    '2001:db8::/129',
    'fe80::1%eth0/64',
    'example.com/8',
  ])
    t.notOk(isCidr(text), text)
})

t.test('an exception lies within, and is smaller', async (t) => {
  t.ok(isWithin('10.1.0.0/16', '10.0.0.0/8'))
  t.ok(isWithin('2001:db8:1::/48', '2001:db8::/32'))
  t.notOk(isWithin('10.0.0.0/8', '10.0.0.0/8'))
  t.notOk(isWithin('11.0.0.0/16', '10.0.0.0/8'))
  t.notOk(isWithin('0.0.0.0/0', '10.0.0.0/8'))
  t.notOk(isWithin('2001:db8::/48', '10.0.0.0/8'))
  t.notOk(isWithin('nonsense', '10.0.0.0/8'))
})
