import type { Test } from 'tap'
import type { JsonObject } from '../../schemas/json.ts'
import type { Answer, Client, Method } from '../../testing/control-plane/client.ts'

const ACCOUNT = { 'impersonate-user': 'system:serviceaccount:mcrouter-system:mcrouter-operator-reconciler' }

/** What the chart's policies say to it. */
export const REFUSED = /ValidatingAdmissionPolicy 'mcrouter-operator\.mcrouter-system\.\w+' .* denied request/

/** Somebody who has stolen the reconciler's token. Nothing of what it does is kept. */
export class Thief {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  ask(
    method: Method,
    path: string,
    body?: JsonObject,
    contentType = 'application/strategic-merge-patch+json',
  ): Promise<Answer> {
    const options = { headers: ACCOUNT, ...(body && { body }), ...(method === 'PATCH' && { contentType }) }
    return this.#client.request(method, `${path}?dryRun=All`, options)
  }

  /** Asserts that a policy does not let it. */
  async isRefused(
    t: Test,
    method: Method,
    path: string,
    body?: JsonObject,
    contentType?: string,
  ): Promise<void> {
    const { status, text } = await this.ask(method, path, body, contentType)
    const what = `${method} ${JSON.stringify(body ?? {}).slice(0, 80)}`
    t.match({ status, text }, { status: /^(403|422)$/, text: REFUSED }, what)
  }
}
