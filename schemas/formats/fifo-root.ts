/** Trees of the image or the kernel: a volume anywhere in them hides files that mcrouter needs, or cannot be mounted. */
export const TREES = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/proc',
  '/root',
  '/sbin',
  '/sys',
  '/usr',
]

/** Directories that others use; a path of its own below them is fine. */
export const SHARED = [
  ...['/home', '/media', '/mnt', '/opt', '/run', '/srv', '/tmp', '/var'],
  ...[
    '/var/cache',
    '/var/lib',
    '/var/local',
    '/var/lock',
    '/var/log',
    '/var/mail',
    '/var/opt',
    '/var/run',
    '/var/spool',
    '/var/tmp',
  ],
  // mcrouter's own roots (mcrouter_config.h)
  ...['/var/mcrouter', '/var/mcrouter/config', '/var/mcrouter/stats', '/var/spool/mcrouter'],
]

/** Why a volume must not be mounted at this path of a router, or undefined; empty means none and is fine. */
export function fifoRootComplaint(path: string): string | undefined {
  if (path === '') return undefined
  if (!path.startsWith('/')) return 'it is not absolute'
  if (!/^[A-Za-z0-9._/-]+$/.test(path))
    return 'it holds other characters than letters, digits, ".", "_" and "-"'
  const clean = cleaned(path)
  if (clean === '/') return 'it would hide the whole image'
  const tree = TREES.find((directory) => clean === directory || clean.startsWith(`${directory}/`))
  if (tree !== undefined) return `${tree} belongs to the image`
  if (SHARED.includes(clean))
    return 'others use this directory; take one of its own, such as /var/mcrouter/fifos'
  if (path !== clean) return `it is not clean: write ${clean}`
  return undefined
}

function cleaned(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
