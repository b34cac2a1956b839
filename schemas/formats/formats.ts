import { isDnsLabel, isLabelKey, isLabelValue, isSubdomain } from '../../text/label.ts'
import { largestItemComplaint, memoryComplaint } from './binary-size.ts'
import { isCidr } from './cidr.ts'
import { durationComplaint, secondsOf } from './duration.ts'
import { fifoRootComplaint } from './fifo-root.ts'
import { isHost } from './host.ts'
import { parseImage } from './image.ts'
import { itemSizeComplaint } from './item-size.ts'
import { amountOf } from './quantity.ts'
import { quantitiesIn } from './size-words.ts'

/** What is wrong with a text as half a sentence, empty when all there is to say is what is allowed; undefined when nothing. */
export type Complaint = (text: string) => string | undefined

/** The formats that the schemas name: grammars beyond what a linear regular expression can say. */
export const FORMATS: ReadonlyMap<string, Complaint> = new Map([
  ['image', rememberingSound(imageComplaint)],
  ['quantity', quantityComplaint],
  ['item-size', itemSizeComplaint],
  ['fifo-root', fifoRootComplaint],
  ['label-value', rememberingSound(unless(isLabelValue))],
  ['label-key', rememberingSound(unless(isLabelKey))],
  ['label-key-or-empty', unless((text) => text === '' || isLabelKey(text))],
  ['subdomain', rememberingSound(unless(isSubdomain))],
  ['memory', rememberingSound(memoryComplaint)],
  ['largest-item', rememberingSound(largestItemComplaint)],
  ['timeout', rememberingSound((text) => durationComplaint(text, 10, 60_000))],
  ['lifetime', wholeSeconds],
  ['host', unless(isHost)],
  ['cidr', unless(isCidr)],
  ['pool-name', unless((text) => isDnsLabel(text) && !/^[0-9]/.test(text))],
])

function imageComplaint(text: string): string | undefined {
  const parsed = parseImage(text)
  return typeof parsed === 'string' ? parsed : undefined
}

const MOST_REMEMBERED = 100
/** The longest reference of a registry's name, a tag and a digest is little longer. */
const LONGEST_REMEMBERED = 512

/** Most Mcrouters have one of a few texts, and each check of a review reads it anew, at microseconds each. */
function rememberingSound(complaint: Complaint): Complaint {
  const sound = new Set<string>()
  return (text) => {
    if (sound.has(text)) return undefined
    const found = complaint(text)
    if (found !== undefined || text.length > LONGEST_REMEMBERED) return found
    if (sound.size >= MOST_REMEMBERED) sound.clear()
    sound.add(text)
    return undefined
  }
}

function quantityComplaint(text: string): string | undefined {
  return amountOf(text) === undefined ? (quantitiesIn(text) ?? '') : undefined
}

/** Of what is written as a number of seconds to a server, at most 30 days: above it memcached takes it for a date. */
function wholeSeconds(text: string): string | undefined {
  const complaint = durationComplaint(text, 1000, 30 * 24 * 3_600_000)
  return complaint ?? (secondsOf(text) === undefined ? 'it is not a whole number of seconds' : undefined)
}

function unless(isFine: (text: string) => boolean): Complaint {
  return (text) => (isFine(text) ? undefined : '')
}

/** The same as ajv wants them. */
export const FORMAT_CHECKS: Readonly<Record<string, (text: string) => boolean>> = Object.fromEntries(
  [...FORMATS].map(([name, complaint]) => [name, (text: string) => complaint(text) === undefined]),
)
