/** The image of the Ansible operator: mcrouter release 37, for which nothing newer may be rendered. */
export const RELEASE_37_IMAGE = 'devan2502/mcrouter:latest'

/** An image reference, taken apart. */
export interface ImageReference {
  /** Registry and repository as written. */
  readonly name: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const TAG = /^\w[\w.-]{0,127}$/
const DOMAIN_PART = /^[A-Za-z0-9-]+$/
const IPV6 = /^\[[A-Fa-f0-9:]+\]$/
const PORT = /^[0-9]+$/
/** Lengths of the digests that registries use, in hex digits (opencontainers/go-digest algorithm.go). */
const DIGESTS: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 }
const HEX = /^[a-f0-9]+$/
/** distribution/reference: RepositoryNameTotalLengthMax */
const LONGEST_NAME = 255

/**
 * Reads an image reference by the grammar of github.com/distribution/reference (regexp.go, normalize.go), which
 * container runtimes read it with. Taken apart at its separators, not by that grammar's regular expression, so that
 * the time taken grows with the length only.
 * @returns the parts, or what is wrong with it as half a sentence
 */
export function parseImage(text: string): ImageReference | string {
  if (text.length === 64 && HEX.test(text)) return '64 hex digits are taken for an image ID'
  if (text.indexOf('@') !== text.lastIndexOf('@')) return 'it has more than one "@"'
  const reference = takeApart(text)
  const { name, tag, digest } = reference
  return nameComplaint(name) ?? tagComplaint(tag) ?? digestComplaint(digest) ?? reference
}

/** The parts of a reference that parseImage has nothing to say against. */
export function takeApart(text: string): ImageReference {
  const at = text.indexOf('@')
  const head = at < 0 ? text : text.slice(0, at)
  // A colon after the last slash is a tag's; any before it a port's.
  const colon = head.indexOf(':', head.lastIndexOf('/') + 1)
  return {
    name: colon < 0 ? head : head.slice(0, colon),
    tag: colon < 0 ? undefined : head.slice(colon + 1),
    digest: at < 0 ? undefined : text.slice(at + 1),
  }
}

/** Whether the image that a node pulls can change under the same reference by convention: no digest, and no tag or latest. */
export function isFloating({ tag, digest }: ImageReference): boolean {
  return digest === undefined && (tag === undefined || tag === 'latest')
}

function nameComplaint(name: string): string | undefined {
  if (name === '') return 'it has no name'
  if (name.length > LONGEST_NAME) return `its name is longer than ${LONGEST_NAME} characters`
  const parts = name.split('/')
  const [first = ''] = parts
  const isDomain = parts.length > 1 && (first === 'localhost' || /[.:A-Z[]/.test(first))
  if (isDomain && !isHostAndPort(first)) return `${JSON.stringify(first)} is no registry host`
  for (const component of isDomain ? parts.slice(1) : parts) {
    const complaint = componentComplaint(component)
    if (complaint !== undefined) return complaint
  }
  return undefined
}

function isHostAndPort(text: string): boolean {
  const bracket = text.indexOf(']')
  const colon = text.indexOf(':', bracket + 1)
  const host = colon < 0 ? text : text.slice(0, colon)
  if (colon >= 0 && !PORT.test(text.slice(colon + 1))) return false
  return IPV6.test(host) || host.split('.').every(isDomainPart)
}

function isDomainPart(part: string): boolean {
  return DOMAIN_PART.test(part) && !part.startsWith('-') && !part.endsWith('-')
}

/** Runs of lower-case letters and digits, joined by one ".", one or two "_" or any number of "-". */
function componentComplaint(component: string): string | undefined {
  if (/^[a-z0-9]+$/.test(component)) return undefined
  if (component === '') return 'it has an empty part between slashes'
  if (/[A-Z]/.test(component)) return 'the repository name must be lower-case'
  if (/[^a-z0-9._-]/.test(component))
    return 'the repository name may hold letters, digits, ".", "_" and "-" only'
  const joints = component.split(/[a-z0-9]+/)
  if (joints.at(0) !== '' || joints.at(-1) !== '')
    return 'each part of the repository name begins and ends with a letter or digit'
  const isJoint = (joint: string) =>
    joint === '' || joint === '.' || joint === '_' || joint === '__' || /^-+$/.test(joint)
  return joints.every(isJoint)
    ? undefined
    : 'letters and digits are joined by one ".", one or two "_", or "-"'
}

function tagComplaint(tag: string | undefined): string | undefined {
  if (tag === undefined || TAG.test(tag)) return undefined
  return 'a tag is up to 128 letters, digits, "_", "." and "-", and does not begin with "." or "-"'
}

function digestComplaint(digest: string | undefined): string | undefined {
  if (digest === undefined) return undefined
  const [algorithm = '', hex = ''] = digest.split(':', 2)
  const length = Object.hasOwn(DIGESTS, algorithm) ? DIGESTS[algorithm] : undefined
  if (length === undefined) return 'a digest begins with sha256:, sha384: or sha512:'
  if (digest === `${algorithm}:${hex}` && hex.length === length && HEX.test(hex)) return undefined
  return `a ${algorithm} digest has ${length} lower-case hex digits`
}
