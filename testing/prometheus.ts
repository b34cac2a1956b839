import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { records } from '../reconciler/observe/untyped.ts'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { freePort, LOOPBACK } from './control-plane/port.ts'
import { eventually } from './deadline.ts'
import type { Children } from './process/children.ts'

/** What Prometheus' API answers below /api/v1. */
export class Prometheus {
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://${LOOPBACK}:${port}`
  }

  /**
   * The `data` of an answer to a GET.
   * @throws with its words where it is an error, as for a query that is none
   */
  async ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<JsonObject> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const answer: unknown = await response.json()
    if (!isJsonObject(answer) || !isJsonObject(answer.data))
      throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer.data
  }

  /**
   * The series that a query has.
   * @param time Unix time in seconds; now by default
   */
  async query(query: string, time = Date.now() / 1000): Promise<readonly JsonObject[]> {
    return records((await this.ask('query', { query, time: `${time}` })).result)
  }

  /** The same from `start` to `end`, in Unix time; all in seconds. */
  async range(query: string, start: number, end: number, step: number): Promise<readonly JsonObject[]> {
    const window = { start: `${start}`, end: `${end}`, step: `${step}` }
    return records((await this.ask('query_range', { query, ...window })).result)
  }
}

/**
 * Starts one on loopback; resolves once it answers.
 * @param config as in prometheus.yml
 * @param data its directory; what is there is kept however old
 */
export async function startPrometheus(
  children: Children,
  config: JsonObject,
  data?: string,
): Promise<Prometheus> {
  const file = join(children.directory, 'prometheus.yml')
  await writeFile(file, JSON.stringify(config))
  const port = await freePort()
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${data ?? join(children.directory, 'data')}`,
    '--storage.tsdb.retention.time=100y',
    `--web.listen-address=${LOOPBACK}:${port}`,
  ]
  const program = children.start('prometheus', { file: 'prometheus', args })
  await eventually('Prometheus is ready', async () => {
    if (!program.running) throw new Error(await program.log())
    return (await fetch(`http://${LOOPBACK}:${port}/-/ready`)).ok
  })
  return new Prometheus(port)
}
