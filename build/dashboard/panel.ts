import {
  type DataSourceRef,
  type FieldConfigSource,
  MappingType,
  type Panel,
  ThresholdsMode,
} from '@grafana/schema'

/** One query of a panel. */
export interface Query {
  readonly expr: string
  /** Of its series, such as `{{pod}}`. */
  readonly legend: string
}

/** How a value is shown: one of Grafana's units (packages/grafana-data/src/valueFormats/categories.ts). */
type Unit = 'short' | 'ops' | 's' | 'bytes' | 'percentunit'

/** A panel without its place, which its row gives it. */
export type Placed = Omit<Panel, 'gridPos' | 'id'>

/** Chosen at the top of the dashboard. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: '$datasource' }

/** The Mcrouter that was chosen, as label matchers. */
export const MCROUTER = 'namespace="$namespace", mcrouter="$mcrouter"'
/** Those of its pools that were. */
export const POOLS = `${MCROUTER}, pool=~"$pool"`

/** Lines over time. */
export function lines(title: string, description: string, unit: Unit, ...queries: readonly Query[]): Placed {
  return {
    ...panelOf('timeseries', title, description, queries.map(ranged)),
    fieldConfig: {
      defaults: { unit, min: 0, custom: { fillOpacity: 8, showPoints: 'never' } },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
  }
}

/** What a value of 0 or 1 is called, and its colour. */
export interface Word {
  readonly text: string
  readonly color: 'green' | 'red' | 'orange' | 'blue' | 'text'
}

/** The values of now, each 0 or 1, as coloured words. */
export function words(title: string, description: string, no: Word, yes: Word, query: Query): Placed {
  return {
    ...panelOf('stat', title, description, [{ ...ranged(query, 0), instant: true, range: false }]),
    fieldConfig: { defaults: worded(no, yes), overrides: [] },
    options: {
      colorMode: 'background',
      graphMode: 'none',
      justifyMode: 'center',
      textMode: 'value_and_name',
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
  }
}

/** The values of now as a table with a row and a column for each value of two labels. Its query keeps those two alone. */
export function matrix(
  title: string,
  description: string,
  [row, column]: readonly [row: string, column: string],
  no: Word,
  yes: Word,
  expr: string,
): Placed {
  const target = { ...ranged({ expr, legend: '' }, 0), format: 'table', instant: true, range: false }
  const corner = `${row}\\${column}`
  const cells = { ...worded(no, yes), custom: { align: 'center', cellOptions: { type: 'color-background' } } }
  return {
    ...panelOf('table', title, description, [target]),
    transformations: [
      { id: 'groupingToMatrix', options: { rowField: row, columnField: column, valueField: 'Value' } },
    ],
    fieldConfig: {
      defaults: cells,
      // The names of the rows are no values.
      overrides: [
        {
          matcher: { id: 'byName', options: corner },
          properties: [
            { id: 'custom.cellOptions', value: { type: 'auto' } },
            { id: 'mappings', value: [] },
          ],
        },
      ],
    },
    options: { showHeader: true, cellHeight: 'sm' },
  }
}

function panelOf(type: string, title: string, description: string, targets: Panel['targets']): Placed {
  return { type, title, description, datasource: DATASOURCE, targets: targets ?? [] }
}

function ranged({ expr, legend }: Query, index: number) {
  return { refId: String.fromCharCode(65 + index), datasource: DATASOURCE, expr, legendFormat: legend }
}

function worded(no: Word, yes: Word): FieldConfigSource['defaults'] {
  return {
    mappings: [
      { type: MappingType.ValueToText, options: { 0: { ...no, index: 0 }, 1: { ...yes, index: 1 } } },
    ],
    thresholds: { mode: ThresholdsMode.Absolute, steps: [{ color: 'text', value: null }] },
  }
}
