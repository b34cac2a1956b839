import { namespaceOf } from '../process/flag-values.ts'
import { type Flag, FlagsError, type Given } from '../process/flags.ts'

/** What a command is told about the Mcrouters that it reads. */
export interface ReadingFlags {
  /** Files and directories; `-`: standard input. */
  readonly filenames: readonly string[]
  /** Whether directories are read with those in them. */
  readonly recursive: boolean
  /** Of a Mcrouter that names none. */
  readonly namespace: string
}

export const READING_FLAGS = {
  filename: {
    short: 'f',
    value: 'FILE',
    description:
      'YAML or JSON with one or more Mcrouters: a file, a directory with .yaml, .yml and .json files, or - for standard input. It must be given, and may be several times.',
  },
  recursive: {
    short: 'R',
    description: 'Read directories with the directories in them.',
  },
  namespace: {
    short: 'n',
    value: 'NAMESPACE',
    fallback: 'default',
    description: 'Namespace of a Mcrouter that names none.',
  },
} as const satisfies Record<string, Flag>

/** @throws {FlagsError} for a value that cannot be */
export function readingFlagsOf({ all, isSet, text }: Given<keyof typeof READING_FLAGS>): ReadingFlags {
  const filenames = all('filename')
  if (filenames.length === 0 || filenames.includes(''))
    throw new FlagsError('name the file with -f FILE, or - for standard input')
  if (filenames.indexOf('-') !== filenames.lastIndexOf('-'))
    throw new FlagsError('standard input can be read once: -f - is there twice')
  return { filenames, recursive: isSet('recursive'), namespace: namespaceOf('namespace', text('namespace')) }
}
