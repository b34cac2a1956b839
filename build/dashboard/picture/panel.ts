import { record, records, text as word } from '../../../reconciler/observe/untyped.ts'
import type { Line, Queried, Window } from './queried.ts'
import { COLOURS } from './style.ts'
import { box, text } from './svg.ts'
import { inUnit } from './units.ts'

interface Size {
  readonly width: number
  readonly height: number
}

export function drawnPanel(queried: Queried, size: Size, window: Window): string[] {
  const { panel } = queried
  const frame = [box(0, 0, size.width, size.height, 'panel'), text(10, 20, 'title', `${panel.title}`)]
  if (panel.type === 'stat') return [...frame, ...words(queried, size)]
  if (panel.type === 'table') return [...frame, ...matrix(queried, size)]
  return [...frame, ...graph(queried, size, window)]
}

const PLOT = { left: 58, right: 12, top: 32, bottom: 44 }

function graph({ panel, lines }: Queried, { width, height }: Size, { start, end }: Window): string[] {
  const unit = word(record(record(panel.fieldConfig).defaults).unit)
  const values = lines.flatMap(({ points }) => points.map(([, value]) => value)).filter(Number.isFinite)
  const most = unit === 'percentunit' ? 1 : roundAbove(Math.max(...values, Number.MIN_VALUE))
  const right = width - PLOT.right
  const bottom = height - PLOT.bottom
  const x = (time: number) => round(PLOT.left + ((right - PLOT.left) * (time - start)) / (end - start))
  const y = (value: number) => round(bottom - ((bottom - PLOT.top) * Math.min(value, most)) / most)
  const levels = [0, 0.5, 1].flatMap((share) => [
    `<line class="grid" x1="${PLOT.left}" x2="${right}" y1="${y(share * most)}" y2="${y(share * most)}"/>`,
    text(PLOT.left - 6, y(share * most) + 4, 'right', inUnit(share * most, unit)),
  ])
  return [
    ...levels,
    ...lines.map((line, index) => lineThrough(line, index, x, y)),
    ...legend(lines, bottom + 22, width),
  ]
}

/** Broken where there is no value for more than three steps. */
function lineThrough(
  { points }: Line,
  index: number,
  x: (time: number) => number,
  y: (value: number) => number,
): string {
  const step = Math.min(...points.slice(1).map(([time], at) => time - (points[at]?.[0] ?? 0)))
  let path = ''
  let last = Number.NEGATIVE_INFINITY
  for (const [time, value] of points) {
    if (!Number.isFinite(value)) continue
    path += `${time - last > 3 * step ? 'M' : 'L'}${x(time)} ${y(value)}`
    last = time
  }
  return `<path class="line line-${index % COLOURS}" d="${path}"/>`
}

function legend(lines: readonly Line[], y: number, width: number): string[] {
  let x = 12
  return lines.flatMap(({ legend }, index) => {
    const wide = 26 + 6.2 * legend.length
    if (x + wide > width) return []
    const drawn = [box(x, y - 7, 12, 4, `key-${index % COLOURS}`), text(x + 17, y, 'faint', legend)]
    x += wide
    return drawn
  })
}

/** What the panel calls a value of 0 or 1. */
function called(panel: Queried['panel'], value: number): { readonly text: string; readonly color: string } {
  const [mapping] = records(record(record(panel.fieldConfig).defaults).mappings)
  const found = record(record(mapping?.options)[`${value}`])
  return { text: word(found.text), color: word(found.color) }
}

function words({ panel, lines }: Queried, { width, height }: Size): string[] {
  const wide = (width - 20) / Math.max(lines.length, 1)
  return lines.flatMap(({ legend, points }, index) => {
    const { text: said, color } = called(panel, points.at(-1)?.[1] ?? 0)
    const x = 10 + index * wide
    return [
      box(x, 36, wide - 6, height - 48, `is-${color}`),
      text(x + wide / 2 - 3, height / 2 + 6, 'word', legend),
      text(x + wide / 2 - 3, height / 2 + 26, 'word', said),
    ]
  })
}

const CORNER = { left: 170, top: 58, line: 34 }

function matrix({ panel, lines }: Queried, { width }: Size): string[] {
  const options = record(records(panel.transformations)[0]?.options)
  const [row, column] = [word(options.rowField), word(options.columnField)]
  const valuesOf = (label: string) => [...new Set(lines.map(({ labels }) => word(labels[label])))].sort()
  const [rows, columns] = [valuesOf(row), valuesOf(column)]
  const wide = (width - CORNER.left - 10) / Math.max(columns.length, 1)
  const cells = rows.flatMap((name, down) =>
    columns.flatMap((other, right) => {
      const line = lines.find(({ labels }) => labels[row] === name && labels[column] === other)
      const [x, y] = [CORNER.left + right * wide, CORNER.top + down * CORNER.line]
      if (line === undefined) return [box(x, y, wide - 4, CORNER.line - 4, 'none')]
      const { text: said, color } = called(panel, line.points.at(-1)?.[1] ?? 0)
      return [
        box(x, y, wide - 4, CORNER.line - 4, `is-${color}`),
        text(x + wide / 2 - 2, y + 19, 'word', said),
      ]
    }),
  )
  return [
    ...columns.map((name, right) =>
      text(CORNER.left + (right + 0.5) * wide - 2, CORNER.top - 8, 'faint middle', name),
    ),
    ...rows.map((name, down) => text(10, CORNER.top + down * CORNER.line + 19, 'faint', name)),
    ...cells,
  ]
}

/** The next number that begins with 1, 2, 4 or 8. */
function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value))
  return power * ([1, 2, 4, 8, 10].find((times) => times * power >= value) ?? 10)
}

function round(pixels: number): number {
  return Math.round(10 * pixels) / 10
}
