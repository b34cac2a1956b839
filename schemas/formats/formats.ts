import { isLabelKey, isLabelValue, isSubdomain } from '../../text/label.ts'
import { fifoRootComplaint } from './fifo-root.ts'
import { parseImage } from './image.ts'
import { itemSizeComplaint } from './item-size.ts'
import { amountOf } from './quantity.ts'
import { quantitiesIn } from './size-words.ts'

/** What is wrong with a text as half a sentence, empty when all there is to say is what is allowed; undefined when nothing. */
export type Complaint = (text: string) => string | undefined

/** The formats that the schemas name: grammars beyond what a linear regular expression can say. */
export const FORMATS: ReadonlyMap<string, Complaint> = new Map([
  ['image', imageComplaint],
  ['quantity', quantityComplaint],
  ['item-size', itemSizeComplaint],
  ['fifo-root', fifoRootComplaint],
  ['label-value', unless(isLabelValue)],
  ['label-key', unless(isLabelKey)],
  ['label-key-or-empty', unless((text) => text === '' || isLabelKey(text))],
  ['subdomain', unless(isSubdomain)],
])

function imageComplaint(text: string): string | undefined {
  const parsed = parseImage(text)
  return typeof parsed === 'string' ? parsed : undefined
}

function quantityComplaint(text: string): string | undefined {
  return amountOf(text) === undefined ? (quantitiesIn(text) ?? '') : undefined
}

function unless(isFine: (text: string) => boolean): Complaint {
  return (text) => (isFine(text) ? undefined : '')
}

/** The same as ajv wants them. */
export const FORMAT_CHECKS: Readonly<Record<string, (text: string) => boolean>> = Object.fromEntries(
  [...FORMATS].map(([name, complaint]) => [name, (text: string) => complaint(text) === undefined]),
)
