import { isJsonObject } from '../../schemas/json.ts'

/** What a soak leaves in bench/soak.json for docs/benchmarks.md, beside its own figures. */
export interface Soak {
  /** As a heading. */
  readonly title: string
  /** Its method, tables and graph. */
  readonly markdown: string
}

/** @throws when it is not what this file says */
export function parseSoak(json: string): Soak {
  const soak: unknown = JSON.parse(json)
  if (isJsonObject(soak) && typeof soak.title === 'string' && typeof soak.markdown === 'string') {
    return { title: soak.title, markdown: soak.markdown }
  }
  throw new Error('bench/soak.json needs the members "title" and "markdown", both text')
}
