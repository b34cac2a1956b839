/** A metric: all of its samples have this name, type and help. */
export interface Family {
  readonly name: string
  /** The lines that stand before its samples. */
  readonly head: string
}

export function counter(name: string, help: string): Family {
  return family(name, 'counter', help)
}

export function gauge(name: string, help: string): Family {
  return family(name, 'gauge', help)
}

function family(name: string, type: 'counter' | 'gauge', help: string): Family {
  return { name, head: `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n` }
}
