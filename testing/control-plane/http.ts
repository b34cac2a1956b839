import http, { type IncomingMessage } from 'node:http'
import https from 'node:https'

/** Nobody answers, so that trying other files is in vain. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable'
}

export interface Fetching {
  /** Where a proxy is named, as curl and Go read it: HTTPS_PROXY, HTTP_PROXY, NO_PROXY. */
  readonly env: NodeJS.ProcessEnv
  readonly answerMs: number
}

const MOST_REDIRECTS = 5
/** Between two pieces of a body. */
const SILENCE_MS = 30_000

/** The body at an address, redirects followed. A body that is cut short fails when it is read. */
export async function fetching(url: string, options: Fetching): Promise<IncomingMessage> {
  let next = url
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects += 1) {
    const response = await responseFrom(next, options)
    const { statusCode = 0, headers } = response
    if (statusCode === 200) return response
    response.resume()
    if (statusCode < 300 || statusCode >= 400 || headers.location === undefined)
      throw new Error(`${next} is answered with HTTP ${statusCode}`)
    next = new URL(headers.location, next).href
  }
  throw new Error(`${url} is redirected more than ${MOST_REDIRECTS} times`)
}

function responseFrom(url: string, { env, answerMs }: Fetching): Promise<IncomingMessage> {
  const isSecure = url.startsWith('https:')
  const agent = isSecure ? new https.Agent({ proxyEnv: env }) : new http.Agent({ proxyEnv: env })
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new Unreachable(`${new URL(url).host} does not answer: ${reason}`))
    const request = (isSecure ? https : http).get(url, { agent })
    const timer = setTimeout(() => {
      fail(`nothing within ${answerMs} ms`)
      request.destroy()
    }, answerMs)
    request.on('response', (response) => {
      clearTimeout(timer)
      response.setTimeout(SILENCE_MS, () =>
        response.destroy(new Error(`${url}: silent for ${SILENCE_MS} ms`)),
      )
      resolve(response)
    })
    request.on('error', (error) => {
      clearTimeout(timer)
      fail(error.message)
    })
  })
}
