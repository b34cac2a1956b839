import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { VERSIONS } from '../../schemas/versions.ts'
import { writeOrCheck } from '../generated.ts'
import { drawingOf } from './drawing.ts'
import { pageWith } from './page.ts'
import { TOPOLOGIES, topologyOf, zonesTopology } from './topology.ts'

// Writes docs/topologies: the drawings, and what the pages say in figures, from examples/topologies; and the drawing of zones. With
// --check it writes nothing and ends with 1 when a file differs.

const fileIn = (path: string) => fileURLToPath(new URL(`../../docs/${path}`, import.meta.url))

for (const name of TOPOLOGIES) {
  const file = (extension: string) => fileIn(`topologies/${name}.${extension}`)
  const topology = topologyOf(name, VERSIONS)
  writeOrCheck(file('svg'), drawingOf(topology))
  writeOrCheck(file('md'), pageWith(readFileSync(file('md'), 'utf8'), topology))
}

writeOrCheck(fileIn('zones.svg'), drawingOf(zonesTopology(VERSIONS)))
