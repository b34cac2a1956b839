import type { GridPos, Panel, RowPanel } from '@grafana/schema'
import type { Placed } from './panel.ts'

/** Panels under a heading. */
export interface Row {
  readonly title: string
  readonly panels: readonly Placed[]
}

/** Of Grafana's grid, which has 24 columns. */
const WIDTH = 12
const HEIGHT = 8

/** The headings and panels in their places, two beside each other, each with a number of its own. */
export function laidOut(rows: readonly Row[]): (Panel | RowPanel)[] {
  const panels: (Panel | RowPanel)[] = []
  let y = 0
  for (const { title, panels: own } of rows) {
    const id = panels.length + 1
    panels.push({ type: 'row', id, title, collapsed: false, panels: [], gridPos: { x: 0, y, w: 24, h: 1 } })
    y += 1
    panels.push(...own.map((panel, index) => ({ ...panel, id: id + index + 1, gridPos: placeOf(index, y) })))
    y += HEIGHT * Math.ceil(own.length / 2)
  }
  return panels
}

function placeOf(index: number, y: number): GridPos {
  return { x: WIDTH * (index % 2), y: y + HEIGHT * Math.floor(index / 2), w: WIDTH, h: HEIGHT }
}
