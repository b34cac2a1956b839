import type { ControlPlane } from '../../testing/control-plane/index.ts'
import { eventually } from '../../testing/deadline.ts'

/**
 * A watch of custom resources, by which an API server shows when it has left a definition behind: it answers what began with it, and
 * then ends the watches of it (apiextensions-apiserver pkg/apiserver/customresource_handler.go, tearDown). Until then it converts
 * with the webhook, and trusts the CAs, that the definition named before.
 */
export class DefinitionWatch {
  readonly #stopped: AbortController
  readonly #ended: Promise<void>

  private constructor(events: AsyncGenerator<unknown>, stopped: AbortController) {
    this.#stopped = stopped
    this.#ended = drained(events).catch((error: unknown) => {
      if (!stopped.signal.aborted) throw error
    })
  }

  /** Open once there is an object to be seen: it is asked to come back for as long as the definition is being taken into use. */
  static open({ client }: Pick<ControlPlane, 'client'>, path: string): Promise<DefinitionWatch> {
    return eventually('a watch is open', async () => {
      const stopped = new AbortController()
      const events = client.watch(`${path}?watch=true`, stopped.signal)
      await events.next()
      return new DefinitionWatch(events, stopped)
    })
  }

  /** Resolves when the API server has left the definition of then behind. */
  replaced(): Promise<void> {
    return this.#ended
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#ended
  }
}

async function drained(events: AsyncGenerator<unknown>): Promise<void> {
  for await (const _ of events);
}
