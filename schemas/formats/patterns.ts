// Regular expressions that JavaScript (the validators) and Go's RE2 (the CRD) read alike. Each is a row of characters and
// classes of which only the last repeats, so that matching is linear in the length of the text. They say which characters
// there may be at all; the exact grammars are in the files named beside them.

/** image.ts */
export const IMAGE = '^[A-Za-z0-9[][A-Za-z0-9.:/@_[\\]-]*$'

/** quantity.ts */
export const QUANTITY = '^[0-9.][0-9.eEinumkKMGTP+-]*$'

/** item-size.ts */
export const ITEM_SIZE = '^[1-9][0-9]{0,9}[kKmM]?$'

/** fifo-root.ts; empty for none. */
export const PATH = '^(|/[A-Za-z0-9._/-]*)$'

/** text/label.ts; empty is a label value as well. */
export const LABEL_VALUE = '^[A-Za-z0-9._-]*$'

/** text/label.ts; empty stands for every key. */
export const LABEL_KEY = '^[A-Za-z0-9./_-]*$'

/** text/label.ts */
export const SUBDOMAIN = '^[a-z0-9][a-z0-9.-]*$'

/** duration.ts */
export const DURATION = '^[1-9][0-9mhs]*$'

/** binary-size.ts */
export const BINARY_SIZE = '^[1-9][0-9KMGTi]*$'

/** host.ts */
export const HOST = '^[A-Za-z0-9:][A-Za-z0-9.:-]*$'

/** text/label.ts: isDnsLabel, a letter first. */
export const POOL_NAME = '^[a-z][a-z0-9-]*$'

/** cidr.ts */
export const CIDR = '^[0-9a-fA-F:][0-9a-fA-F:./]*$'

/** What a key of memcached can begin with: no spaces, no control characters. */
export const KEY_PREFIX = '^[!-~]+$'
