import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ServingFiles } from '../../certs/serving.ts'

/** Writes a Secret as the kubelet mounts it: links to files behind one link, which is swapped (atomic_writer.go). */
export class Volume {
  readonly directory: string
  #current: string | undefined

  constructor(directory: string) {
    this.directory = directory
  }

  async write({ certificate, key, bundle }: ServingFiles): Promise<void> {
    const files = { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': bundle }
    await mkdir(this.directory, { recursive: true })
    const next = await mkdtemp(`${this.directory}/..`)
    for (const [name, text] of Object.entries(files)) await writeFile(join(next, name), text)
    await symlink(basename(next), join(this.directory, '..data_tmp'))
    await rename(join(this.directory, '..data_tmp'), join(this.directory, '..data'))
    if (this.#current) await rm(this.#current, { recursive: true })
    else
      for (const name of Object.keys(files)) await symlink(join('..data', name), join(this.directory, name))
    this.#current = next
  }
}
