import t, { type Test } from 'tap'
import { mergePatch } from '../../reconciler/kube/merge-patch.ts'
import type { JsonObject } from '../../schemas/json.ts'
import { judge } from '../../schemas/validation/judge.ts'
import { checkOneByOne, validate } from '../../schemas/validation/validate.ts'
import { UNKNOWN } from '../../schemas/validation/writing.ts'

// JSON.parse makes an own key of __proto__, which an assignment would take for the prototype.

const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  '__blocks',
  '__defineGetter__',
]
const VALUES = ['1', '"x"', 'null', '[]', '{}', '{"polluted":true}', '{"prototype":{"polluted":true}}']
const PLACES = {
  spec: (entry: string) => `{${entry}}`,
  resources: (entry: string) => `{"memcached_resources":{${entry}}}`,
  limits: (entry: string) => `{"memcached_resources":{"limits":{${entry}}}}`,
  'node selector': (entry: string) => `{"node_selector":{${entry}}}`,
  toleration: (entry: string) => `{"tolerations":[{${entry}}]}`,
}

const untouched = JSON.stringify(Object.getOwnPropertyNames(Object.prototype).toSorted())

function prototypesAreUntouched(t: Test): void {
  t.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype).toSorted()), untouched)
  t.notOk('polluted' in {})
}

for (const [place, specWith] of Object.entries(PLACES)) {
  t.test(`in ${place}: judged like any other key, and nothing else changes`, async (t) => {
    for (const key of KEYS) {
      for (const value of VALUES) {
        const entry = `${JSON.stringify(key)}:${value}`
        const strict = judge(mcrouter(specWith(entry)), { source: 'file' })
        if (place !== 'node selector') t.notOk(strict.accepted, entry)
        const kept = judge(mcrouter(specWith(entry)))
        if (kept.accepted) t.equal(Object.getPrototypeOf(kept.spec), Object.prototype, entry)
      }
    }
    prototypesAreUntouched(t)
  })
}

t.test('in a spec that is complete otherwise: as all the checks find it', async (t) => {
  const complete = judge(mcrouter('{}'))
  const given = complete.accepted ? JSON.stringify(complete.spec).slice(1, -1) : ''
  for (const specWith of Object.values(PLACES)) {
    for (const key of KEYS) {
      for (const value of VALUES) {
        const more = specWith(`${JSON.stringify(key)}:${value}`).slice(1, -1)
        const spec: JsonObject = JSON.parse(`{${given},${more}}`)
        t.strictSame(validate(spec), checkOneByOne(spec, UNKNOWN), more)
      }
    }
  }
  prototypesAreUntouched(t)
})

t.test('in metadata', async (t) => {
  for (const key of KEYS) {
    for (const field of ['labels', 'annotations']) {
      const metadata = `{"name":"a","namespace":"b","${field}":{${JSON.stringify(key)}:{"polluted":true}}}`
      t.doesNotThrow(() => judge(mcrouter('{}', metadata)), `${field} ${key}`)
    }
  }
  prototypesAreUntouched(t)
})

t.test('in what the reconciler compares', async (t) => {
  for (const key of KEYS) {
    const now: JsonObject = JSON.parse(`{"a":{${JSON.stringify(key)}:{"polluted":true}}}`)
    const patch = mergePatch({ a: {} }, now)
    t.equal(Object.getPrototypeOf(patch?.a ?? {}), Object.prototype, key)
  }
  prototypesAreUntouched(t)
})

function mcrouter(spec: string, metadata = '{"name":"a","namespace":"b"}'): JsonObject {
  return JSON.parse(
    `{"apiVersion":"mcrouter.example.com/v1alpha3","kind":"Mcrouter","metadata":${metadata},"spec":${spec}}`,
  )
}
