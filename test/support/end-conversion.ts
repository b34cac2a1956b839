import { readFile } from 'node:fs/promises'

const PAGE = new URL('../../docs/operations.md', import.meta.url)

/** Arguments of kubectl, as the page says them, by which an API server no longer converts Mcrouters and serves v1beta1 alone. */
export async function endConversion(): Promise<string[]> {
  const command = /^kubectl (patch crd \S+ --type=json -p) '(.*)'$/m.exec(await readFile(PAGE, 'utf8'))
  if (command === null) throw new Error('docs/operations.md names no command that ends the conversion')
  const [, words = '', patch = ''] = command
  return [...words.split(' '), patch]
}
