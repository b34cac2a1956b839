import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { issueEphemeral } from '../../certs/authority.ts'

/** A directory as the server's is mounted, with a certificate for loopback. */
export interface Serving {
  readonly directory: string
  /** PEM of the CA. */
  readonly ca: string
}

export async function writeServing(directory: string): Promise<Serving> {
  const { certificate, key, bundle } = await issueEphemeral(Date.now())
  await mkdir(directory, { recursive: true })
  const files = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': bundle }
  for (const [name, pem] of Object.entries(files)) await writeFile(join(directory, name), pem)
  return { directory, ca: bundle }
}
