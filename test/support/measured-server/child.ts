import { runServer } from '../../../server/main.ts'

// The server, which collects its garbage when its parent says so and ends with it.

process.on('message', () => {
  // Twice: what finalizers let go of is found by the next one.
  globalThis.gc?.()
  globalThis.gc?.()
  process.send?.('collected')
})
process.on('disconnect', () => process.exit())
await runServer(process.argv.slice(2), process.env)
