import { fileURLToPath } from 'node:url'
import { LIBRARIES } from './library.ts'
import { record, recorded, resultOf } from './results.ts'
import { startStage } from './stage.ts'
import { writeTable } from './table.ts'
import { Missing, prepared } from './toolchain.ts'

// Runs every library that this machine can, and writes what came out. What is recorded of the others is dropped: a table is of
// one day and of one machine.

const cache = fileURLToPath(new URL('../../node_modules/.cache/clients', import.meta.url))
const stage = await startStage(cache)
try {
  const results = []
  for (const library of LIBRARIES) {
    try {
      const directory = await prepared(library.toolchain, cache)
      for (const protocol of library.protocols) {
        const result = await resultOf(library, protocol, directory, stage)
        console.log(JSON.stringify(result))
        results.push(result)
      }
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      console.log(`${library.name} is left out: ${error.message}`)
    }
  }
  record({ date: new Date().toISOString().slice(0, 10), against: stage.against, results })
} finally {
  await stage.end()
}
writeTable(recorded())
