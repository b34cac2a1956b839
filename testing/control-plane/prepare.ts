import { findBinaries } from './binaries.ts'

// Before the tests, so that no test file has to wait for a build.
const binaries = await findBinaries()
for (const [name, path] of Object.entries(binaries)) console.log(`${name.padEnd(24)} ${path}`)
