import { readFile } from 'node:fs/promises'

const PAGE = new URL('../../docs/operations.md', import.meta.url)

/** The block of commands of the page that begins so, as an administrator copies it into a shell. */
export async function documentedBlock(beginning: string): Promise<string> {
  const blocks = (await readFile(PAGE, 'utf8')).matchAll(/^```\w*\n(.*?)\n```$/gms)
  const found = [...blocks].map(([, block = '']) => block).filter((block) => block.startsWith(beginning))
  const [block, ...others] = found
  if (block === undefined || others.length > 0)
    throw new Error(`docs/operations.md has ${found.length} blocks that begin with ${beginning}`)
  return block
}
