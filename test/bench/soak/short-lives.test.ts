import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { shortenLives } from '../../../bench/soak/short-lives.ts'

const LIVES = { authority: 5, serving: 4, allowance: 3, propagation: 2, lookAgain: 1 }
const SOURCES = {
  'one.js': 'var AUTHORITY_LIFE = 10 * YEAR;\nvar SERVING_LIFE = 90 * DAY;\nvar CLOCK_ALLOWANCE = DAY;\n',
  'other.js': 'var PROPAGATION_TIME = 12e4;\nvar CHECK_INTERVAL = 6e4;\nvar REREAD_MS = 6e4;\n',
}

t.test('certificates live shorter, and nothing else changes', async (t) => {
  const directory = t.testdir(SOURCES)
  await shortenLives(directory, LIVES)
  const read = (name: string) => readFile(join(directory, name), 'utf8')
  t.equal(await read('one.js'), 'var AUTHORITY_LIFE = 5;\nvar SERVING_LIFE = 4;\nvar CLOCK_ALLOWANCE = 3;\n')
  t.equal(
    await read('other.js'),
    'var PROPAGATION_TIME = 2;\nvar CHECK_INTERVAL = 1;\nvar REREAD_MS = 6e4;\n',
  )
})

t.test('a bundle that is built otherwise is told, not soaked', async (t) => {
  await t.rejects(shortenLives(t.testdir({ 'one.js': SOURCES['one.js'] }), LIVES), {
    message: 'the bundle declares PROPAGATION_TIME 0 times',
  })
})
