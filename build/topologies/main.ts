import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { VERSIONS } from '../../schemas/versions.ts'
import { writeOrCheck } from '../generated.ts'
import { drawingOf } from './drawing.ts'
import { pageWith } from './page.ts'
import { TOPOLOGIES, topologyOf } from './topology.ts'

// Writes docs/topologies: the drawings, and what the pages say in figures, from examples/topologies. With --check it writes
// nothing and ends with 1 when a file differs.

for (const name of TOPOLOGIES) {
  const file = (extension: string) =>
    fileURLToPath(new URL(`../../docs/topologies/${name}.${extension}`, import.meta.url))
  const topology = topologyOf(name, VERSIONS)
  writeOrCheck(file('svg'), drawingOf(topology))
  writeOrCheck(file('md'), pageWith(readFileSync(file('md'), 'utf8'), topology))
}
