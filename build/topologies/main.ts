import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compiled } from '../../schemas/generate/compile.ts'
import { McrouterSpec } from '../../schemas/v1beta1/spec.ts'
import { v1beta1 } from '../../schemas/v1beta1/version.ts'
import { VERSIONS } from '../../schemas/versions.ts'
import { writeOrCheck } from '../generated.ts'
import { drawingOf } from './drawing.ts'
import { pageWith } from './page.ts'
import { TOPOLOGIES, topologyOf } from './topology.ts'

// Writes docs/topologies: the drawings, and what the pages say in figures, from examples/topologies. With --check it writes
// nothing and ends with 1 when a file differs.

const versions = { ...VERSIONS, v1beta1: v1beta1(compiled(McrouterSpec)) }

for (const name of TOPOLOGIES) {
  const file = (extension: string) =>
    fileURLToPath(new URL(`../../docs/topologies/${name}.${extension}`, import.meta.url))
  const topology = topologyOf(name, versions)
  writeOrCheck(file('svg'), drawingOf(topology))
  writeOrCheck(file('md'), pageWith(readFileSync(file('md'), 'utf8'), topology))
}
