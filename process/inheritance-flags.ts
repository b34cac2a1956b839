import { type Inheritance, inheritanceComplaint } from '../schemas/inheritance.ts'
import { quote } from '../text/quote.ts'
import { type Flag, FlagsError } from './flags.ts'

/** The same for all that expand Mcrouters, or judge them. */
export const INHERITANCE_FLAGS = {
  'inherit-labels': {
    value: 'KEY,PREFIX/,…',
    fallback: '',
    description:
      'Labels of a Mcrouter that its pods, Services and other objects have as well, such as team or example.com/. Default: none. The same for server and reconciler: a change restarts the pods of Mcrouters that have such a label, and empties their caches.',
  },
  'inherit-annotations': {
    value: 'KEY,PREFIX/,…',
    fallback: '',
    description: 'The same for annotations. Default: none.',
  },
} as const satisfies Record<string, Flag>

/** @throws {FlagsError} for a key that cannot be inherited */
export function inheritanceOf(text: (name: keyof typeof INHERITANCE_FLAGS) => string): Inheritance {
  const entries = (name: keyof typeof INHERITANCE_FLAGS) =>
    text(name)
      .split(',')
      .filter((entry) => entry !== '')
      .map((entry) => checked(name, entry))
  return { labels: entries('inherit-labels'), annotations: entries('inherit-annotations') }
}

function checked(flag: string, entry: string): string {
  const complaint = inheritanceComplaint(entry)
  if (complaint === undefined) return entry
  throw new FlagsError(`--${flag}: ${quote(entry)} ${complaint}`)
}
