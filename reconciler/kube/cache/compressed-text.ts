import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Of the dictionary, zlib sees no more with the window below. */
const SEEN = 16 * 1024

// zlib allocates its output a chunk at a time, off the heap and for the collector to
// find. An object is some 2,000 bytes: with the 16 KiB that Node allocates by default, a burst of reads holds three times the
// memory, and is slower.
const BOTH = { windowBits: 14, chunkSize: 4_096 }
// With less memory for its own use (1 of 9) zlib is no slower and packs no worse here.
const PACKING = { ...BOTH, memLevel: 1, level: 6 }

/**
 * Keeps texts that are alike in little memory: deflated, with the first of them as the dictionary. Of two Deployments of
 * two Mcrouters little differs but names and numbers: 2,000 bytes of JSON become 130, where the parsed object would take
 * 8,000. Packing takes some 30 µs, unpacking 15.
 */
export class Packing {
  #dictionary: Uint8Array | undefined

  /** A string of one byte a character, which V8 keeps as such. */
  pack(text: string): string {
    const bytes = Buffer.from(text)
    this.#dictionary ??= Uint8Array.from(bytes.subarray(0, SEEN))
    return deflateRawSync(bytes, { ...PACKING, dictionary: this.#dictionary }).toString('latin1')
  }

  unpack(packed: string): string {
    const dictionary = this.#dictionary ?? Buffer.alloc(0)
    return inflateRawSync(Buffer.from(packed, 'latin1'), { ...BOTH, dictionary }).toString()
  }
}
