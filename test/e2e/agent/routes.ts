import { Connection, type Target } from './connection.ts'
import { keyOf } from './keys.ts'

export interface Routes {
  readonly target: Target
  /** Of keys; taken in turn, key by key, as operations are. */
  readonly prefixes: readonly string[]
  readonly count: number
  readonly operations: readonly string[]
}

const CONNECTIONS = 8

/** What a router answers to `get __mcrouter__.route(op,key)`, key by key: servers line by line; empty for none. */
export async function routes({ target, prefixes, count, operations }: Routes): Promise<string[]> {
  const answers: string[] = []
  let next = 0
  const work = async () => {
    const connection = new Connection(target)
    while (next < count) {
      const index = next++
      const operation = operations[index % operations.length]
      const key = keyOf(prefixes[index % prefixes.length] ?? '', index)
      const { kind, text } = await connection.get(`__mcrouter__.route(${operation},${key})`)
      answers[index] = kind === 'hit' ? text : `${kind}: ${text}`
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, work))
  return answers
}
