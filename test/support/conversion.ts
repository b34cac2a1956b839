import { readFile } from 'node:fs/promises'
import type { Test } from 'tap'
import type { WebhookClientConfig } from '../../schemas/generate/crd.ts'
import { filesIn } from '../../testing/control-plane/flags.ts'
import type { ControlPlane } from '../../testing/control-plane/index.ts'
import { LOOPBACK } from '../../testing/control-plane/port.ts'
import { serverWith } from './server.ts'

export interface Conversion {
  readonly clientConfig: WebhookClientConfig
  /** From then on the API server cannot reach it, as when every server of an installation is away. */
  stop(): Promise<void>
}

/**
 * The server's own /convert for a control plane that has no operator, in this process: a process of its own takes a second to
 * start. The API server verifies it as that of an installation; its certificate is that of the API server, which is for this
 * machine too.
 */
export async function startConversion(
  t: Pick<Test, 'teardown'>,
  { directory }: ControlPlane,
): Promise<Conversion> {
  const { ca, apiServerCertificate, apiServerKey } = filesIn(directory)
  const [cert, key, bundle] = await Promise.all(
    [apiServerCertificate, apiServerKey, ca].map((file) => readFile(file, 'utf8')),
  )
  const { app } = serverWith({ tls: { context: { cert, key }, attach: () => undefined } })
  const { port } = new URL(await app.listen({ host: LOOPBACK, port: 0 }))
  t.teardown(() => app.close())
  return {
    clientConfig: {
      url: `https://${LOOPBACK}:${port}/convert`,
      caBundle: Buffer.from(bundle ?? '').toString('base64'),
    },
    stop: () => app.close(),
  }
}
