import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { whyUnreachable } from '../../../../reconciler/kube/connection/unreachable.ts'
import { freePort } from '../../../../testing/control-plane/port.ts'

/** What Node says when it connects there. */
async function failure(host: string, port: number): Promise<unknown> {
  const socket = connect({ host, port })
  return await once(socket, 'connect').then(
    () => 'connected',
    (error: unknown) => error,
  )
}

t.test('an address at which nobody listens', async (t) => {
  const port = await freePort()
  const why = whyUnreachable(await failure('127.0.0.1', port))
  t.equal(why, `nothing listens there: connect ECONNREFUSED 127.0.0.1:${port}`)
})

t.test('a name with several addresses: all of them are told', async (t) => {
  const refused = (address: string) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' })
  const both = Object.assign(new AggregateError([refused('::1:6443'), refused('127.0.0.1:6443')]), {
    code: 'ECONNREFUSED',
  })
  t.equal(
    whyUnreachable(both),
    'nothing listens there: connect ECONNREFUSED ::1:6443, connect ECONNREFUSED 127.0.0.1:6443',
  )
})

t.test('a name that does not resolve', async (t) => {
  // Too long for DNS, so that nobody is asked.
  const name = 'x'.repeat(64)
  t.equal(
    whyUnreachable(await failure(name, 443)),
    `DNS does not know the name: getaddrinfo ENOTFOUND ${name}`,
  )
})

t.test('anything else in its own words, and if there are none by its code', async (t) => {
  t.equal(whyUnreachable(new Error('socket hang up')), 'socket hang up')
  t.equal(whyUnreachable(Object.assign(new Error(''), { code: 'ECONNRESET' })), 'ECONNRESET')
  t.equal(whyUnreachable('no error'), 'no error')
})
