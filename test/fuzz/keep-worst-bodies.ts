import { writeFile } from 'node:fs/promises'
import { effort, SEED } from '../../testing/effort.ts'
import { MeasuredServer } from '../support/measured-server/index.ts'
import { badness, type Measured, measured, search, worstOf } from '../support/worst-bodies.ts'

// Finds the worst bodies and keeps ten of them as the fixture that every run of the tests sends: npm run worst-bodies.

const FIXTURE = new URL('../fixtures/worst-bodies.json', import.meta.url)
/** Each candidate is measured so often; the machine does other things as well. */
const TIMES = 3

const server = await MeasuredServer.start()
try {
  // The code is compiled for what is usual before the unusual comes.
  for (let count = 0; count < 50; count += 1) await measured(server, { path: '/mutate', parts: [] })
  const seen: Measured[] = []
  const measure = (body: Pick<Measured, 'path' | 'parts'>) => measured(server, body, () => true, TIMES)
  for await (const one of search(measure, effort(40))) seen.push(one)
  const worst = worstOf(seen).map((one) => ({
    ...one,
    cpuMs: Math.round(one.cpuMs),
    mebibytes: Math.round(Math.max(0, one.mebibytes)),
    nanosecondsPerByte: Math.round((one.cpuMs * 1e6) / one.bytes),
    bytesPerByte: Math.round((Math.max(0, one.mebibytes) * 2 ** 20) / one.bytes),
  }))
  await writeFile(FIXTURE, `${JSON.stringify(worst, null, 2)}\n`)
  process.stdout.write(`${seen.length} bodies measured with FUZZ_SEED=${SEED}; the worst ${worst.length}:\n`)
  for (const one of worst)
    process.stdout.write(`${badness(one).toFixed(2)} of the bar: ${JSON.stringify(one)}\n`)
} finally {
  await server.stop()
}
