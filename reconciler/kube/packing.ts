import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { JsonObject } from '../../schemas/json.ts'

// 16 KiB of dictionary are seen. With less memory for its own use (1 of 9) zlib is no slower and packs no worse here.
const SETTINGS = { windowBits: 14, memLevel: 1, level: 6 }

/**
 * Keeps objects that are alike in little memory: as deflated JSON, with the first of them as the dictionary. Of two
 * Deployments of two Mcrouters little differs but names and numbers: 2,000 bytes of JSON become 130, where the parsed
 * object would take 8,000. Packing takes some 30 µs, unpacking 15.
 */
export class Packing {
  #dictionary: Buffer | undefined

  /** A string of one byte a character, which V8 keeps as such. */
  pack(object: JsonObject): string {
    const json = Buffer.from(JSON.stringify(object))
    this.#dictionary ??= json
    return deflateRawSync(json, { ...SETTINGS, dictionary: this.#dictionary }).toString('latin1')
  }

  /** What was packed, equal but not the same. */
  unpack(packed: string): unknown {
    const { windowBits } = SETTINGS
    const dictionary = this.#dictionary ?? Buffer.alloc(0)
    const json = inflateRawSync(Buffer.from(packed, 'latin1'), { windowBits, dictionary })
    return JSON.parse(json.toString())
  }
}
