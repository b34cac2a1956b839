import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { load } from 'js-yaml'
import { amountOf } from '../../schemas/formats/quantity.ts'
import { at } from '../support/at.ts'

const VALUES = fileURLToPath(new URL('../../charts/mcrouter-operator/values.yaml', import.meta.url))

/** Bytes that a container of the chart may have. */
export function memoryLimitOf(process: 'server' | 'reconciler'): number {
  const limit = at(load(readFileSync(VALUES, 'utf8')), process, 'resources', 'limits', 'memory')
  return Number(amountOf(String(limit))) / 1e9
}
