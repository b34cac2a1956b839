import { quote } from '../../../text/quote.ts'
import { valueAt } from '../../fields.ts'
import { counting, isExternal } from '../../layout.ts'
import { invalid, type Rule } from './rule.ts'

/** A word for what a scale adds that the layout contradicts: several shards cannot become more copies. */
export const replicasOfRule: Rule = {
  reads: ['pool.topology', 'pool.shards', 'pool.copies', 'pool.external'],
  violations: ({ pools: [main] }, { spec, version: { fieldPath, format, keysOf } }) => {
    const said = valueAt(spec, keysOf('pool.topology'))
    if (isExternal(main) || main.shards === 1 || said !== format('pool.topology', counting('copies')))
      return []
    const must = `must be ${format('pool.topology', counting('shards'))}, or left out, with ${main.shards} ${fieldPath('pool.shards')}`
    return [invalid(fieldPath('pool.topology'), `${quote(said)}: ${must}`)]
  },
}
