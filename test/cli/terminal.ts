import { main } from '../../cli/main.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly error: string
}

/** Runs a command line in this process. */
export async function run(argv: readonly string[], input = ''): Promise<Ran> {
  const written = { out: '', error: '' }
  const code = await main(argv, {
    env: {},
    input: async () => input,
    out: (text) => {
      written.out += text
    },
    error: (text) => {
      written.error += text
    },
  })
  return { code, ...written }
}
