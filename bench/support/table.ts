import type { Measured } from './result.ts'

const HEAD = ['what', 'median', 'min', 'rounds', 'bar', '', 'remark']

/** As a table in Markdown. */
export function tableOf(figures: readonly Measured[]): string {
  const rows = figures.map(({ what, unit, median, min, rounds, bar, met, remark = '' }) => [
    what,
    `${shown(median)} ${unit}`,
    `${shown(min)} ${unit}`,
    `${rounds}`,
    bar === undefined ? '' : `≤ ${shown(bar)} ${unit}`,
    met === undefined ? '' : met ? 'met' : '**missed**',
    remark,
  ])
  const lines = [HEAD, HEAD.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  return `${lines.join('\n')}\n`
}

function shown(value: number): string {
  const digits = value >= 100 || Number.isInteger(value) ? 0 : value >= 10 ? 1 : 2
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
