import type { EpochMs } from '../process/clock.ts'
import { isJsonObject, type JsonObject } from '../schemas/json.ts'
import { lifeOf, parseCertificates, readableCertificates, splitCertificates } from './chain.ts'
import { servingAfter, trustAfter } from './follow.ts'
import { inDate, madeAt, POOL_AUTHORITY_LIFE } from './life.ts'
import type { ServingNames } from './names.ts'
import { bundleOf, type Pki, readPki, stateOf } from './pki.ts'
import { decide } from './policy.ts'

/** A Secret with all that the memcached servers of one Mcrouter are known by, and the key of the CA that signs it. */
export const POOL_SECRET_TYPE = 'kubernetes.io/tls'

/** `ca.key` is mounted nowhere. */
const KEYS = { certificate: 'tls.crt', key: 'tls.key', bundle: 'ca.crt', authorityKey: 'ca.key' } as const

/**
 * Until every router trusts a new CA: kubelet writes the files within 90 s, and mcrouter reads them half an hour after it last did. The
 * rest of a day is for a node that is cut off meanwhile. It is measured from when the CA was made, since no process need live that long.
 */
const KNOWN_TO_ROUTERS = 24 * 3_600_000

export interface PoolCertificates {
  /** Of the Secret. */
  readonly data: JsonObject
  /** What was done, a sentence each; empty where what was found is as it should be. */
  readonly actions: readonly string[]
  /** When the certificate of the servers ends. */
  readonly notAfter: EpochMs
}

/**
 * What such a Secret is to hold at `now` (milliseconds since 1970): the same as it does, unless that is to be renewed. All that is
 * decided follows from what is in it.
 *
 * @param found its data, in base64; undefined where there is no Secret
 * @param names under which routers know the servers
 */
export async function issueForPools(
  found: unknown,
  names: ServingNames,
  now: EpochMs,
): Promise<PoolCertificates> {
  const { certificate, key, bundle, authorityKey } = decode(found)
  const [authority = '', ...retired] = splitCertificates(bundle)
  const pki = readPki(
    { certificate: authority, key: authorityKey, bundle: retired.join('\n') },
    { certificate: readable(certificate), key, bundle: '' },
  )
  const actions: string[] = []
  const trusted = await trustAfter(pki, decideOn(pki, names, now), now, actions, POOL_AUTHORITY_LIFE)
  const { serving } = await servingAfter(trusted, decideOn(trusted, names, now), names, now, actions)
  const [leaf] = parseCertificates(serving.certificate)
  if (leaf === undefined) throw new TypeError('a certificate was issued that is none')
  return {
    data: encode({ ...serving, bundle: bundleOf(trusted), authorityKey: trusted.authority.pair.key }),
    actions,
    notAfter: lifeOf(leaf).notAfter,
  }
}

function decideOn(pki: Pki, names: ServingNames, now: EpochMs) {
  const knownMs = pki.authority === undefined ? 0 : now - madeAt(lifeOf(pki.authority.certificate))
  const state = stateOf(pki, names, knownMs)
  const isTrusted = state.leaf !== undefined && inDate(state.leaf, now)
  // Where no router trusts what there is, none is lost by what some do not trust yet.
  return decide(isTrusted ? state : { ...state, stableMs: Number.POSITIVE_INFINITY }, now, KNOWN_TO_ROUTERS)
}

/** As memcached reads it: of a chain of which one does not parse, nothing. */
function readable(chain: string): string {
  return readableCertificates(chain).length === splitCertificates(chain).length ? chain : ''
}

type Texts = { readonly [Text in keyof typeof KEYS]: string }

function decode(data: unknown): Texts {
  const text = (name: keyof typeof KEYS) => {
    const value = isJsonObject(data) ? data[KEYS[name]] : undefined
    return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : ''
  }
  return {
    certificate: text('certificate'),
    key: text('key'),
    bundle: text('bundle'),
    authorityKey: text('authorityKey'),
  }
}

function encode({ certificate, key, bundle, authorityKey }: Texts): JsonObject {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  return {
    [KEYS.certificate]: base64(certificate),
    [KEYS.key]: base64(key),
    [KEYS.bundle]: base64(bundle),
    [KEYS.authorityKey]: base64(authorityKey),
  }
}
