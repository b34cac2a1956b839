import { once } from 'node:events'
import { type RequestOptions, request } from 'node:https'
import { text } from 'node:stream/consumers'
import type { Order } from '../../copier/order.ts'
import type { Progress } from '../../copier/work.ts'
import type { SecretFiles } from '../support/certificate.ts'

export interface Answer {
  readonly status: number | undefined
  readonly text: string
}

/** Asks a copier as the reconciler does, with a client certificate or without one. */
export async function ask(
  port: number,
  method: 'GET' | 'PUT',
  path: string,
  files?: SecretFiles,
  body?: string,
): Promise<Answer> {
  const own = files === undefined ? {} : { cert: files['tls.crt'], key: files['tls.key'] }
  const options: RequestOptions = {
    host: '127.0.0.1',
    port,
    method,
    path,
    rejectUnauthorized: false,
    agent: false,
  }
  const asked = request({ ...options, ...own })
  asked.end(body)
  const [response] = await once(asked, 'response')
  return { status: response.statusCode, text: await text(response) }
}

/** Gives an order; what is then known of the pool. */
export async function order(port: number, files: SecretFiles, wanted: Order): Promise<Progress | undefined> {
  const { status, text } = await ask(port, 'PUT', '/order', files, JSON.stringify(wanted))
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return progressIn(text)
}

export async function progress(port: number, files: SecretFiles): Promise<Progress | undefined> {
  const { status, text } = await ask(port, 'GET', '/progress', files)
  if (status !== 200) throw new Error(`${status}: ${text}`)
  return progressIn(text)
}

function progressIn(text: string): Progress | undefined {
  const { progress }: { progress: Progress[] } = JSON.parse(text)
  return progress[0]
}
