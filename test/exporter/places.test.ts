import t from 'tap'
import { Places } from '../../exporter/places.ts'

function takeAll(places: Places, namespace: string): number {
  let taken = 0
  while (places.take(namespace) !== undefined) taken += 1
  return taken
}

t.test('a namespace alone may hold half', async (t) => {
  t.equal(takeAll(new Places(64), 'red'), 32)
})

t.test('however many namespaces take what they get, the next finds a place', async (t) => {
  const places = new Places(64)
  const held = Array.from({ length: 6 }, (_, index) => takeAll(places, `n${index}`))
  t.strictSame(held, [32, 16, 8, 4, 2, 1])
  t.equal(places.taken, 63)
  t.equal(takeAll(places, 'n0'), 0)
  t.ok(places.take('last'))
})

t.test('a place that is given back is there for others', async (t) => {
  const places = new Places(4)
  const red = places.take('red')
  t.ok(places.take('red'))
  t.equal(places.take('red'), undefined, 'it holds as many as are free')
  t.ok(places.take('blue'))
  t.equal(places.take('blue'), undefined)
  red?.()
  t.equal(places.taken, 2)
  t.ok(places.take('red'), 'it holds one, and two are free')
  t.ok(places.take('green'), 'the last is for one that has none')
  t.equal(places.take('green'), undefined)
})
