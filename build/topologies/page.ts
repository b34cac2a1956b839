import { FIGURES } from './figures.ts'
import type { Topology } from './topology.ts'

/** A part of a page that is made from the example; all else is written by hand. */
const PART = /<!-- made: (\w+) -->\n[\s\S]*?<!-- end -->/g

const PARTS: Readonly<Record<string, (topology: Topology) => string>> = {
  ...FIGURES,
  example: ({ manifest }) => ['```yaml', manifest.trimEnd(), '```'].join('\n'),
}

/**
 * The page with all of its parts made anew.
 * @throws when one is missing, or none is known by its name
 */
export function pageWith(page: string, topology: Topology): string {
  const left = new Set(Object.keys(PARTS))
  const text = page.replace(PART, (_, part: string) => {
    const make = PARTS[part]
    if (make === undefined || !left.delete(part))
      throw new Error(`${topology.name}.md: no part is called ${part}, or it is there twice`)
    return `<!-- made: ${part} -->\n${make(topology)}\n<!-- end -->`
  })
  if (left.size > 0) throw new Error(`${topology.name}.md lacks the parts ${[...left].join(', ')}`)
  return text
}
