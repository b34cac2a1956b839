import { readFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { isJsonObject } from '../../schemas/json.ts'

// An API server with lists that never change, and all pods in them, each of which answers what one of its tier has answered.
// Usage: node caches-process.ts FILE, a JSON of {api, lists, pods: [{port, requests, answer}]}.

interface Pods {
  /** On every address of loopback. */
  readonly port: number
  /** How many lines a caller writes before it waits. */
  readonly requests: number
  readonly answer: string
}

const plan: { api: number; lists: Record<string, unknown>; pods: readonly Pods[] } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
)

const list = (items: unknown) => JSON.stringify({ metadata: { resourceVersion: '1' }, items })
const lists = new Map(Object.entries(plan.lists).map(([path, items]) => [path, list(items)]))

createHttpServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const text = lists.get(pathname)
  response.writeHead(text === undefined ? 404 : 200, { 'content-type': 'application/json' })
  // Nothing happens: a watch says so for as long as it is open.
  if (searchParams.has('watch')) response.write(bookmark(pathname))
  else response.end(text ?? '{}')
}).listen(plan.api, '127.0.0.1')

function bookmark(path: string): string {
  const kind = isJsonObject(plan.lists[path]) ? 'List' : 'Any'
  return `${JSON.stringify({ type: 'BOOKMARK', object: { kind, metadata: { resourceVersion: '1' } } })}\n`
}

for (const { port, requests, answer } of plan.pods) {
  createServer((socket) => {
    let lines = 0
    socket.on('error', () => {})
    socket.on('data', (piece) => {
      lines += piece.toString('latin1').split('\n').length - 1
      if (lines >= requests) socket.write(answer)
    })
  }).listen(port, '0.0.0.0')
}
