import { readFile } from 'node:fs/promises'

const PAGE = new URL('../../docs/production.md', import.meta.url)

/** Blocks of shell commands by which docs/production.md takes v1beta1 out of the definition. */
export async function goingBack(): Promise<string[]> {
  const page = await readFile(PAGE, 'utf8')
  const step = page.slice(page.indexOf('**To go back for good**'), page.indexOf('3. `helm rollback'))
  const blocks = [...step.matchAll(/^ {3}```\n([\s\S]*?)^ {3}```$/gm)].map(([, commands = '']) => commands)
  if (blocks.length === 0) throw new Error('docs/production.md does not say how to go back for good')
  return blocks
}
