import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect: unknown = runInNewContext('gc')

/** Bytes of this process's heap that are in use, without what nobody refers to any more. */
export function heapUsed(): number {
  if (typeof collect !== 'function') throw new TypeError('this Node has no gc()')
  // What finalizers let go of is found by the next one.
  for (let times = 0; times < 3; times += 1) collect()
  return process.memoryUsage().heapUsed
}
