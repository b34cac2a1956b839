import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import type { Test } from 'tap'
import { isJsonObject, type JsonObject } from '../../schemas/json.ts'
import { freePort, LOOPBACK } from '../../testing/control-plane/port.ts'
import { eventually } from '../../testing/deadline.ts'
import { Children } from '../../testing/process/children.ts'

/** A Prometheus on loopback. */
export class Prometheus {
  readonly #url: string

  constructor(port: number) {
    this.#url = `http://${LOOPBACK}:${port}`
  }

  /**
   * The `data` of what it answers to a GET below /api/v1.
   * @throws with its words where it is an error, as for a query that is none
   */
  async ask(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<JsonObject> {
    const response = await fetch(`${this.#url}/api/v1/${path}?${new URLSearchParams(parameters)}`)
    const answer: unknown = await response.json()
    if (!isJsonObject(answer) || !isJsonObject(answer.data))
      throw new Error(`${path}: ${JSON.stringify(answer)}`)
    return answer.data
  }

  /** The series that a query has now. */
  async query(query: string): Promise<readonly unknown[]> {
    const { result } = await this.ask('query', { query })
    return Array.isArray(result) ? result : []
  }
}

/**
 * Starts one that scrapes what `metrics` answers once a second and evaluates the rules; it ends with the test.
 * @param rules path of their file
 */
export async function startPrometheus(
  t: Test,
  metrics: () => Promise<string>,
  rules: string,
): Promise<Prometheus> {
  const target = createServer(async (_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4').end(await metrics())
  }).listen(0, LOOPBACK)
  await once(target, 'listening')
  t.teardown(() => target.close().closeAllConnections())
  const address = target.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const programs = new Children('prometheus')
  t.teardown(() => programs.end())
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [rules],
    scrape_configs: [
      {
        job_name: 'test',
        honor_labels: true,
        static_configs: [{ targets: [`${LOOPBACK}:${address.port}`] }],
      },
    ],
  }
  const file = join(programs.directory, 'prometheus.yml')
  await writeFile(file, JSON.stringify(config))
  const port = await freePort()
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(programs.directory, 'data')}`,
    `--web.listen-address=${LOOPBACK}:${port}`,
  ]
  const program = programs.start('prometheus', { file: 'prometheus', args })
  await eventually('Prometheus is ready', async () => {
    if (!program.running) throw new Error(await program.log())
    return (await fetch(`http://${LOOPBACK}:${port}/-/ready`)).ok
  })
  return new Prometheus(port)
}
