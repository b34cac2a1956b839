import { connect } from 'node:net'
import t from 'tap'
import { mcrouterObject, reviewOf } from '../../testing/review.ts'
import { clientOf } from '../support/server.ts'

const MARK = 'smuggled'
const BREAK = `${MARK}\r\nx-${MARK}: yes\r\n\r\n${MARK}`

t.test('nothing that a caller sends comes back in a header', async (t) => {
  const { app } = await clientOf(t)
  const crs = [
    `apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\nmetadata: {name: ${JSON.stringify(BREAK)}}\n`,
    `apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\nmetadata: {name: a}\nspec: {mcrouter_image: ${JSON.stringify(BREAK)}}\n`,
    BREAK,
    `apiVersion: mcrouter.example.com/v1alpha3\nkind: Mcrouter\nmetadata: {name: ${MARK}}\n`,
  ]
  const escaped = encodeURIComponent(BREAK)
  const requests = [
    ...crs.map((payload) => ({ url: '/render', payload, headers: {} })),
    { url: `/render?namespace=${escaped}`, payload: crs[3], headers: {} },
    { url: `/render?show=${escaped}`, payload: crs[3], headers: {} },
    { url: `/render?${escaped}=1`, payload: crs[3], headers: {} },
    {
      url: '/render',
      payload: crs[3],
      headers: { accept: `application/${MARK}`, 'content-type': `text/${MARK}` },
    },
    { url: '/render', payload: crs[3], headers: { 'content-type': `image/${MARK}` } },
    ...crs.map((payload) => ({ url: '/explain?key=a', payload, headers: {} })),
    { url: `/explain?key=${MARK}`, payload: crs[3], headers: {} },
    { url: `/explain?key=${escaped}`, payload: crs[3], headers: {} },
    { url: `/explain?key=a&op=${escaped}`, payload: crs[3], headers: {} },
    { url: `/${escaped}`, payload: '', headers: {} },
    {
      url: `/mutate?${escaped}`,
      payload: reviewWith(BREAK),
      headers: { 'content-type': 'application/json' },
    },
    { url: '/validate', payload: reviewWith(BREAK), headers: { 'content-type': 'application/json' } },
  ]
  for (const { url, payload = '', headers } of requests) {
    const answer = await app.inject({ method: 'POST', url, payload, headers })
    t.notMatch(JSON.stringify(answer.headers), MARK, `${url} ${answer.statusCode}`)
  }
})

t.test('what the API server makes headers of is one printable line each', async (t) => {
  const { app } = await clientOf(t)
  const headers = { 'content-type': 'application/json' }
  for (const path of ['/mutate', '/validate']) {
    const spec = { mcrouter_image: 'router', memcached_image: 'server:latest', mcrouter_replicas: 1 }
    const payload = JSON.stringify(reviewOf(mcrouterObject(spec)))
    const { response } = (await app.inject({ method: 'POST', url: path, payload, headers })).json()
    if (path === '/validate') t.ok(response.warnings.length > 1, `${response.warnings.length} warnings`)
    for (const warning of response.warnings ?? []) {
      t.match(warning, /^[\p{L}\p{N}\p{P}\p{S} ]+$/u)
      // The API server cuts longer ones: k8s.io/apiserver pkg/endpoints/filters/warning.go.
      t.ok(warning.length <= 256, `${warning.length}: ${warning}`)
    }
    const hostile = await app.inject({ method: 'POST', url: path, payload: reviewWith(BREAK), headers })
    t.notMatch(hostile.json().response.status.message, /[\p{C}\p{Zl}\p{Zp}]/u)
  }
})

t.test('one request is one answer, whatever is in its body', async (t) => {
  const { app } = await clientOf(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const address = app.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('not on a port')
  const socket = connect(address.port, '127.0.0.1')
  // Two lengths, or a length and chunks, are how one request is made to look like two.
  socket.end(
    'POST /render HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\nHost: a\r\n\r\n',
  )
  const answer = (await socket.toArray()).join('')
  t.match(answer, /^HTTP\/1\.1 400 /)
  t.equal(answer.match(/^HTTP\/1\.1 \d/gm)?.length, 1)
})

/** A review of an object with a text where there may be one. */
function reviewWith(text: string): string {
  return JSON.stringify(reviewOf(mcrouterObject({ mcrouter_image: text, [text]: text })))
}
