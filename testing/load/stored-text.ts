// What is stored says which write it is of, so that a reader can tell without asking anybody: `7=...` is the seventh write of a key,
// and `7=...+8+9` what two appends made of it.

/** A write's number, and what it stores as a whole. */
export function wholeText(version: number, length: number): string {
  return `${version}=${'.'.repeat(length)}`
}

export function appendedText(version: number): string {
  return `+${version}`
}

/** The last write of which a value is; undefined for one that no order of writes has made. */
export function versionIn(text: string): number | undefined {
  const [, first, rest] = /^(\d+)=\.*((?:\+\d+)*)$/.exec(text) ?? []
  if (first === undefined) return undefined
  const versions = [first, ...(rest ?? '').split('+').slice(1)].map(Number)
  const isInOrder = versions.every((version, index) => version === Number(first) + index)
  return isInOrder ? versions.at(-1) : undefined
}
