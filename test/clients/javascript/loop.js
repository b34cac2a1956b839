import { createInterface } from 'node:readline'

/** Takes requests from standard input, a line each, and writes an answer for each: see ../README.md. */
export async function serve(version, operations) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [operation, ...args] = line.split('\t')
    process.stdout.write(`${await answer(version, operations, operation, args)}\n`)
  }
  process.exit()
}

async function answer(version, operations, operation, args) {
  if (operation === 'version') return `= ${version}`
  if (operations[operation] === undefined) return '?'
  try {
    const result = await operations[operation](...args)
    if (result === undefined || result === null || result === false) return '-'
    return result === true ? '=' : `= ${result}`
  } catch (error) {
    return `! ${error.message ?? error}`.replaceAll('\n', ' ')
  }
}
