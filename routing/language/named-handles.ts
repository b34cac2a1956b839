import { isJsonObject } from '../../schemas/json.ts'
import type { Place } from '../../schemas/validation/path.ts'
import { quote } from '../../text/quote.ts'
import { UNREAD } from './literal-text.ts'
import { nameComplaint } from './names.ts'
import type { Handles } from './route.ts'
import { below, type Findings } from './scope.ts'

interface Definition {
  readonly json: unknown
  readonly place: Place
  /** Position in a list, where a handle knows those before it alone; in an object each knows all. */
  readonly position: number | undefined
  state: 'unread' | 'being read' | 'read'
  handles: Handles | undefined
}

/** The handles that others refer to by name, each read once, however often it is referred to. */
export class NamedHandles {
  readonly #definitions = new Map<string, Definition>()
  /** Names of handles that stand inside others. */
  readonly #inside = new Set<string>()
  readonly #referred = new Set<string>()
  readonly #findings: Findings
  readonly #judge: (json: unknown, place: Place) => Handles | undefined
  /** Names of those that are being read, the innermost last. */
  readonly #path: string[] = []

  constructor(findings: Findings, judge: (json: unknown, place: Place) => Handles | undefined) {
    this.#findings = findings
    this.#judge = judge
  }

  /** Takes up `named_handles`, so that all may refer to them. */
  define(value: unknown, place: Place): void {
    if (value === undefined || value === UNREAD) return
    if (Array.isArray(value)) {
      for (const [key, json] of value.entries()) this.#define(json, { within: place, key }, key)
    } else if (isJsonObject(value)) {
      for (const [key, json] of Object.entries(value)) this.#defineAs(key, json, { within: place, key })
    } else {
      const message = `Invalid value: ${quote(value)}: must be a list of route handles, or an object of them by name`
      this.#findings.complain(place, 'FieldValueInvalid', message)
    }
  }

  /** Judges those that nobody referred to as well. */
  judge(): void {
    for (const name of this.#definitions.keys()) this.#read(name)
  }

  has(name: string): boolean {
    return this.#definitions.has(name)
  }

  /** Whether a handle inside another has this name. mcrouter finds it once it has read that one, in an order of its own. */
  isInside(name: string): boolean {
    return this.#inside.has(name)
  }

  names(): string[] {
    return [...this.#definitions.keys()]
  }

  unused(): string[] {
    return this.names().filter((name) => !this.#referred.has(name))
  }

  /** What a name in a route stands for. */
  refer(name: string, place: Place): Handles | undefined {
    const definition = this.#definitions.get(name)
    if (definition === undefined) return undefined
    this.#referred.add(name)
    const wrong = (why: string) => {
      this.#findings.complain(place, 'FieldValueInvalid', `Invalid value: ${quote(name)}: ${why}`)
      return undefined
    }
    if (definition.state === 'being read') {
      const cycle = [...this.#path.slice(this.#path.indexOf(name)), name].map((one) => quote(one))
      return wrong(`the named handles are a cycle: ${cycle.join(' → ')}`)
    }
    const reader = this.#definitions.get(this.#path.at(-1) ?? '')
    const handles = this.#read(name)
    const isLater = (definition.position ?? -1) > (reader?.position ?? Number.POSITIVE_INFINITY)
    return isLater
      ? wrong('named_handles has it further down, and mcrouter reads them in order: move it up')
      : handles
  }

  /** The name of a handle that is being read. Of two with one name mcrouter takes the first, without a word. */
  claim(name: unknown, place: Place): void {
    if (name === undefined || name === UNREAD) return
    const at = below(place, ['name'])
    const wrong = (why: string) => {
      this.#findings.complain(at, 'FieldValueInvalid', `Invalid value: ${quote(name)}: ${why}`)
    }
    if (typeof name !== 'string') {
      wrong('must be a string')
      return
    }
    const definition = this.#definitions.get(name)
    const isIts = definition?.place === place
    // Of one that stands under its name, the name has been looked at.
    const complaint = isIts && definition.position === undefined ? undefined : nameComplaint(name)
    if (complaint !== undefined) wrong(complaint)
    if (complaint !== undefined || isIts) return
    if (definition !== undefined || this.#inside.has(name)) {
      this.#findings.complain(
        at,
        'FieldValueDuplicate',
        `Duplicate value: ${quote(name)}: another handle has this name`,
      )
    }
    this.#inside.add(name)
  }

  /** One of a list, which has its name inside. */
  #define(json: unknown, place: Place, position: number): void {
    if (json === UNREAD) return
    if (!isJsonObject(json)) {
      const message = `Invalid value: ${quote(json)}: must be an object with a type and a name: nothing can refer to it`
      this.#findings.complain(place, 'FieldValueInvalid', message)
      return
    }
    const { name } = json
    if (name === undefined) {
      const message = 'Required value: nothing can refer to a handle without a name'
      this.#findings.complain(below(place, ['name']), 'FieldValueRequired', message)
    }
    if (typeof name !== 'string' || this.#definitions.has(name)) this.#judge(json, place)
    else this.#definitions.set(name, { json, place, position, state: 'unread', handles: undefined })
  }

  /** One of an object, in which a list of handles and a short form can have a name too (lib/config/RouteHandleFactory-inl.h). */
  #defineAs(key: string, json: unknown, place: Place): void {
    if (json === UNREAD) return
    if (isJsonObject(json) && json.name !== undefined && json.name !== key) {
      const message = `Invalid value: ${quote(json.name)}: must be ${quote(key)}, under which it stands, or left out`
      this.#findings.complain(below(place, ['name']), 'FieldValueInvalid', message)
    }
    const complaint = nameComplaint(key)
    if (complaint !== undefined) {
      this.#findings.complain(place, 'FieldValueInvalid', `Invalid value: ${quote(key)}: ${complaint}`)
    }
    // mcrouter fills in the name (ProxyConfigBuilder.cpp:57-71).
    const named = isJsonObject(json) ? { ...json, name: key } : json
    this.#definitions.set(key, {
      json: named,
      place,
      position: undefined,
      state: 'unread',
      handles: undefined,
    })
  }

  #read(name: string): Handles | undefined {
    const definition = this.#definitions.get(name)
    if (definition === undefined || definition.state !== 'unread') return definition?.handles
    definition.state = 'being read'
    this.#path.push(name)
    definition.handles = this.#judge(definition.json, definition.place)
    this.#path.pop()
    definition.state = 'read'
    return definition.handles
  }
}
