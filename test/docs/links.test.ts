import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const PAGES = globSync(['*.md', 'docs/**/*.md', 'test/fixtures/*.md', 'charts/*/README.md'], { cwd: ROOT })

/** The anchors of a page's headings, as GitHub makes them (html-pipeline, TableOfContentsFilter). */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of withoutCode(text).matchAll(/^#{1,6} +(.+?) *$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = plain.replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let times = 1; anchors.has(unique); times += 1) unique = `${anchor}-${times}`
    anchors.add(unique)
  }
  return anchors
}

/** `#` at the start of a line of a shell script is no heading, and brackets in code are no link. */
function withoutCode(text: string): string {
  return text.replace(/^ *```[\s\S]*?^ *```/gm, '').replace(/`[^`\n]*`/g, '')
}

t.test('each link of a page leads to a file, and to a heading that is there', (t) => {
  t.ok(PAGES.length > 20)
  for (const page of PAGES) {
    const text = readFileSync(join(ROOT, page), 'utf8')
    for (const [, target = ''] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? page : normalize(join(dirname(page), path))
      if (!existsSync(join(ROOT, file))) {
        t.fail(`${page}: there is no ${file}`)
      } else if (anchor !== undefined && file.endsWith('.md')) {
        const anchors = anchorsOf(readFileSync(join(ROOT, file), 'utf8'))
        t.ok(anchors.has(anchor), `${page}: ${file} has no heading for #${anchor}`)
      }
    }
  }
  t.end()
})
