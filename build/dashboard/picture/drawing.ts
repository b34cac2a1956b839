import type { Panel, RowPanel } from '@grafana/schema'
import { record } from '../../../reconciler/observe/untyped.ts'
import { drawnPanel } from './panel.ts'
import type { Queried, Window } from './queried.ts'
import { STYLE } from './style.ts'
import { escaped, text } from './svg.ts'

/** Pixels: of a column and a line of Grafana's grid, and of the words above all. */
const COLUMN = 50
const LINE = 24
const TOP = 56

/**
 * The dashboard as one picture, with Grafana's places. Not Grafana's own: it draws what the queries of its panels answer, and
 * little of how Grafana would.
 */
export function drawingOf(
  title: string,
  panels: readonly (Panel | RowPanel)[],
  shown: readonly Queried[],
  window: Window,
): string {
  const height =
    TOP + LINE * Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0))) + 12
  const width = 24 * COLUMN + 16
  const drawn = panels.map((panel) => {
    const { x = 0, y = 0, w = 0, h = 0 } = panel.gridPos ?? {}
    const place = `<g transform="translate(${8 + x * COLUMN} ${TOP + y * LINE})">`
    if (panel.type === 'row') return [place, text(4, 17, 'row', `${panel.title}`), '</g>'].join('\n')
    const own = shown.find((one) => one.panel.id === panel.id)
    const size = { width: w * COLUMN - 8, height: h * LINE - 8 }
    return own === undefined ? '' : [place, ...drawnPanel(own, size, window), '</g>'].join('\n')
  })
  const what =
    'Drawn by build/dashboard/picture from what a Prometheus answers to the queries of the dashboard, not by Grafana; the numbers are made up.'
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">`,
    `<title id="title">Dashboard ${escaped(title)}</title>`,
    `<desc id="desc">${escaped([what, ...shown.map(({ panel }) => `${panel.title}: ${record(panel).description}`)].join(' '))}</desc>`,
    `<style>${STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    text(12, 24, 'heading', title),
    text(12, 44, 'faint', what),
    ...drawn,
    '</svg>',
    '',
  ].join('\n')
}
