import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Answer, Ask } from './checks.ts'

/** Several times what the programs allow a request. */
const SILENCE_MS = 12_000
const MOST_WORDS = 160

export interface Caller {
  readonly ask: Ask
  end(): void
}

/** Starts a program; one that ends, or stays silent, answers with an error. */
export function startCaller([file, ...args]: readonly [string, ...string[]]): Caller {
  const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'ignore'] })
  // What it cannot be told any more is seen by its silence.
  child.stdin.on('error', () => {})
  let failure: string | undefined
  child.once('error', (error) => {
    failure = error.message
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    ask: async (...words) => {
      child.stdin.write(`${words.join('\t')}\n`)
      const timer = setTimeout(() => {
        failure = `no answer within ${SILENCE_MS / 1000} s`
        child.kill('SIGKILL')
      }, SILENCE_MS)
      const { value, done } = await lines.next()
      clearTimeout(timer)
      if (done) return { kind: 'error', message: failure ?? 'the program has ended' }
      return answerIn(value)
    },
    end: () => child.kill('SIGKILL'),
  }
}

function answerIn(line: string): Answer {
  const [sign, ...words] = line.split(' ')
  const rest = words.join(' ').trimEnd()
  if (sign === '=') return { kind: 'yes', value: rest }
  if (sign === '-') return { kind: 'no' }
  if (sign === '?') return { kind: 'absent' }
  return { kind: 'error', message: withoutAddresses(rest).slice(0, MOST_WORDS) }
}

/** Ports differ from run to run. */
function withoutAddresses(message: string): string {
  return message
    .replaceAll(/\S*127\.0\.0\.1\S*/g, 'ADDRESS')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
