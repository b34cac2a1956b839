export function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

export function text(x: number, y: number, kind: string, words: string): string {
  return `<text x="${x}" y="${y}" class="${kind}">${escaped(words)}</text>`
}

export function box(x: number, y: number, width: number, height: number, kind: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3" class="${kind}"/>`
}
