import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { downloads } from '../../../testing/control-plane/download.ts'
import { OFFICIAL, publishedAs } from '../../../testing/control-plane/published.ts'
import { PROGRAMS, type Program } from '../../../testing/control-plane/release.ts'

const { kubectl, etcd, helm } = PROGRAMS
const PROGRAM = '#!/bin/sh\necho hello\n'

type Files = Readonly<Record<string, Buffer | string>>

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex')
}

async function listening(t: Test, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('it has no port')
  return `http://127.0.0.1:${address.port}`
}

async function serving(t: Test, answer: RequestListener): Promise<string> {
  return listening(t, createServer(answer))
}

/** By the path behind the host. */
function answering(files: Files): RequestListener {
  return ({ url = '' }, response) => {
    const content = files[new URL(url, 'http://any').pathname]
    response.statusCode = content === undefined ? 404 : 200
    response.end(content)
  }
}

/** An archive with one program in one directory. */
function archive(t: Test, directory: string, program: string): Buffer {
  const root = t.testdir()
  mkdirSync(join(root, directory))
  writeFileSync(join(root, directory, program), PROGRAM)
  return execFileSync('tar', ['-czf', '-', '-C', root, directory])
}

/** The releases as the projects lay them out. */
function releases(t: Test): Files {
  const server = `etcd-${etcd.version}-linux-amd64`
  const etcdArchive = archive(t, server, 'etcd')
  const helmArchive = archive(t, 'linux-amd64', 'helm')
  const helmFile = `helm-${helm.version}-linux-amd64.tar.gz`
  const kubectlPath = `/k/${kubectl.version}/bin/linux/amd64/kubectl`
  return {
    [kubectlPath]: PROGRAM,
    [`${kubectlPath}.sha256`]: sha256(PROGRAM),
    [`/e/${etcd.version}/${server}.tar.gz`]: etcdArchive,
    [`/e/${etcd.version}/SHA256SUMS`]: `${'0'.repeat(64)}  other.zip\n${sha256(etcdArchive)}  ${server}.tar.gz\n`,
    [`/h/${helmFile}`]: helmArchive,
    [`/h/${helmFile}.sha256sum`]: `${sha256(helmArchive)}  ${helmFile}\n`,
  }
}

/** Fetches into a directory of the test's own; gives what was said, and where the program is. */
function fetcher(t: Test, origin: string, env: NodeJS.ProcessEnv = {}) {
  const root = t.testdir()
  const origins = { kubernetes: `${origin}/k`, etcd: `${origin}/e`, helm: `${origin}/h` }
  const options = { origins, env, progress: () => {}, answerMs: 2_000, platform: 'linux-x64' }
  const download = downloads(options)
  return {
    root,
    fetch: async (program: Program) => {
      const path = join(root, program.name, program.name)
      return { path, reason: await download(program, path) }
    },
  }
}

t.test('each program is fetched, checked and unpacked', async (t) => {
  const { fetch, root } = fetcher(t, await serving(t, answering(releases(t))))
  for (const program of [kubectl, etcd, helm]) {
    const { path, reason } = await fetch(program)
    t.equal(reason, undefined)
    t.equal(readFileSync(path, 'utf8'), PROGRAM)
    t.equal(statSync(path).mode & 0o111, 0o111, 'it can be run')
    t.same(readdirSync(join(root, program.name)), [program.name], 'and nothing else is left')
  }
})

t.test('what is not what was published is never used', async (t) => {
  const files = releases(t)
  const path = `/k/${kubectl.version}/bin/linux/amd64/kubectl`
  for (const [other, says] of [
    [{ [path]: 'something else' }, /has SHA-256 [0-9a-f]{64}, and [0-9a-f]{64} is published/],
    [{ [`${path}.sha256`]: '<html>' }, /has no SHA-256 of kubectl/],
    [{ [`${path}.sha256`]: 'a'.repeat(2 * 1024 * 1024) }, /too long/],
  ] as const) {
    const { fetch, root } = fetcher(t, await serving(t, answering({ ...files, ...other })))
    t.match((await fetch(kubectl)).reason, says)
    t.same(readdirSync(join(root, 'kubectl')), [])
  }
  const { fetch } = fetcher(t, await serving(t, answering({})))
  t.match((await fetch(kubectl)).reason, /kubectl\.sha256 is answered with HTTP 404/)
})

t.test('a download that is cut leaves nothing', async (t) => {
  const whole = answering(releases(t))
  const origin = await serving(t, (request, response) => {
    if (request.url?.endsWith('/kubectl') !== true) return whole(request, response)
    response.setHeader('content-length', PROGRAM.length)
    response.write(PROGRAM.slice(0, 5), () => response.destroy())
  })
  const { fetch, root } = fetcher(t, origin)
  t.type((await fetch(kubectl)).reason, 'string')
  t.same(readdirSync(join(root, 'kubectl')), [])
  t.equal((await fetch(helm)).reason, undefined, 'others are tried')
})

t.test('redirects are followed, but not for ever', async (t) => {
  const target = await serving(t, answering(releases(t)))
  const moved: RequestListener = ({ url = '' }, response) =>
    void response.writeHead(302, { location: `${target}${url}` }).end()
  t.equal((await fetcher(t, await serving(t, moved)).fetch(kubectl)).reason, undefined)
  const circle: RequestListener = ({ url = '' }, response) =>
    void response.writeHead(302, { location: url }).end()
  t.match((await fetcher(t, await serving(t, circle)).fetch(kubectl)).reason, /redirected more than 5 times/)
})

t.test('a proxy is asked where one is named', async (t) => {
  const asked: string[] = []
  const files = answering(releases(t))
  const proxy = await serving(t, (request, response) => {
    asked.push(request.url ?? '')
    files(request, response)
  })
  const { fetch } = fetcher(t, 'http://releases.invalid', { HTTP_PROXY: proxy })
  t.equal((await fetch(kubectl)).reason, undefined)
  t.match(asked[0], /^http:\/\/releases\.invalid\/k\//)
})

t.test('without a network one look is enough, and it is short', async (t) => {
  let connections = 0
  const silent = createTcpServer((socket) => {
    connections += 1
    t.teardown(() => socket.destroy())
  })
  const { fetch } = fetcher(t, await listening(t, silent))
  t.match((await fetch(kubectl)).reason, /does not answer: nothing within 2000 ms/)
  t.match((await fetch(helm)).reason, /does not answer/)
  t.equal(connections, 1)

  const closed = createTcpServer()
  const address = await listening(t, closed)
  closed.close()
  await once(closed, 'close')
  t.match((await fetcher(t, address).fetch(kubectl)).reason, /does not answer: .*ECONNREFUSED/)
})

t.test('the official addresses, and no release for other platforms', async (t) => {
  t.match(publishedAs(etcd, OFFICIAL, 'linux-arm64'), {
    url: `https://github.com/etcd-io/etcd/releases/download/${etcd.version}/etcd-${etcd.version}-linux-arm64.tar.gz`,
  })
  t.match(publishedAs(kubectl, OFFICIAL, 'linux-x64'), {
    url: `https://dl.k8s.io/release/${kubectl.version}/bin/linux/amd64/kubectl`,
  })
  t.match(publishedAs(PROGRAMS.helm3, OFFICIAL, 'linux-x64'), {
    url: `https://get.helm.sh/helm-${PROGRAMS.helm3.version}-linux-amd64.tar.gz`,
  })
  t.equal(publishedAs(kubectl, OFFICIAL, 'darwin-arm64'), undefined)
})
