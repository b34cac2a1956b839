/** What the demo shows: headings, commands as a user would type them, and what they answered. */
export interface Screen {
  heading(text: string): void
  /** A remark on what is going to be seen. */
  remark(text: string): void
  command(line: string): void
  answer(text: string): void
}

const INDENT = '  '

/** Colours only where a terminal shows them (https://no-color.org). */
export function createScreen(output: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Screen {
  const coloured = output.isTTY && !env.NO_COLOR
  const paint = (code: number, text: string) => (coloured ? `\u001b[${code}m${text}\u001b[0m` : text)
  const line = (text: string) => output.write(`${text}\n`)
  let headings = 0
  return {
    heading: (text) => line(`\n${paint(1, `${++headings}. ${text}`)}`),
    remark: (text) => line(`${INDENT}${paint(2, text)}`),
    command: (text) => line(`${INDENT}${paint(36, `$ ${text}`)}`),
    answer: (text) => {
      for (const row of text.trimEnd().split('\n')) line(`${INDENT}${row}`)
    },
  }
}
