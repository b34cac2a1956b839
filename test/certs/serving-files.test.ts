import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { readServingFiles } from '../../certs/serving-files.ts'

const FILES = { 'tls.crt': 'certificate', 'tls.key': 'key', 'ca.crt': 'bundle' }
const READ = { files: { certificate: 'certificate', key: 'key', bundle: 'bundle' } }
const ALL = Object.keys(FILES)

t.test('files in a plain directory', async (t) => {
  t.strictSame(await readServingFiles(t.testdir(FILES)), READ)
})

t.test('says which are missing; an empty one is', async (t) => {
  t.strictSame(await readServingFiles(t.testdir({ ...FILES, 'tls.key': '' })), { missing: ['tls.key'] })
  t.strictSame(await readServingFiles(t.testdir({})), { missing: ALL })
  t.strictSame(await readServingFiles(join(t.testdir({}), 'none')), { missing: ALL })
})

t.test('a volume of the kubelet: through the link, whatever else there is', async (t) => {
  const directory = t.testdir({ '..1': FILES, '..data': t.fixture('symlink', '..1'), 'tls.crt': 'stray' })
  t.strictSame(await readServingFiles(directory), READ)
})

t.test('all files are of one moment while the link is swapped over and over', async (t) => {
  const directory = t.testdir({})
  let version = 0
  const swap = async () => {
    version += 1
    await mkdir(join(directory, `..${version}`))
    for (const name of ALL) await writeFile(join(directory, `..${version}`, name), `${version}`)
    await symlink(`..${version}`, join(directory, '..data_tmp'))
    await rename(join(directory, '..data_tmp'), join(directory, '..data'))
    await rm(join(directory, `..${version - 1}`), { recursive: true, force: true })
  }
  await swap()
  let swapping = true
  const swaps = (async () => {
    while (swapping) await swap()
  })()
  const seen = new Set<string>()
  while (seen.size < 20) {
    const found = await readServingFiles(directory)
    if (!('files' in found)) return t.fail(`missing ${found.missing}`)
    const { certificate, key, bundle } = found.files
    if (certificate !== key || key !== bundle) return t.fail(`mixed: ${certificate} ${key} ${bundle}`)
    seen.add(certificate)
  }
  swapping = false
  await swaps
  t.ok(seen.size >= 20, `${seen.size} swaps seen, each whole`)
})

t.test('what cannot be read is an error, not missing', async (t) => {
  const directory = t.testdir({ ...FILES, 'tls.crt': {} })
  await t.rejects(readServingFiles(directory), { code: 'EISDIR' })
})
