import { join } from 'node:path'
import { GO, JAVA, JAVASCRIPT, PHP, PYTHON, RUBY, RUST, type Toolchain } from './toolchain.ts'

export type Protocol = 'text' | 'binary' | 'meta'

/** A client library, and the program that puts it to the test. */
export interface Library {
  readonly name: string
  /** The first is its default. */
  readonly protocols: readonly Protocol[]
  readonly toolchain: Toolchain
  /** @param prepared what the toolchain has made */
  command(prepared: string): readonly [file: string, ...args: string[]]
}

function python(name: string, module: string, protocols: readonly Protocol[]): Library {
  const command = (prepared: string) =>
    ['env', `PYTHONPATH=${join(prepared, 'packages')}`, 'python3', join(prepared, `${module}.py`)] as const
  return { name, protocols, toolchain: PYTHON, command }
}

function javascript(name: string, protocols: readonly Protocol[]): Library {
  const command = (prepared: string) => [process.execPath, join(prepared, `with_${name}.js`)] as const
  return { name, protocols, toolchain: JAVASCRIPT, command }
}

function java(name: string, main: string): Library {
  const command = (prepared: string) => ['java', '-cp', `${prepared}:${prepared}/*`, main] as const
  return { name, protocols: ['text', 'binary'], toolchain: JAVA, command }
}

export const LIBRARIES: readonly Library[] = [
  python('pymemcache', 'with_pymemcache', ['text']),
  python('pylibmc', 'with_pylibmc', ['text', 'binary']),
  python('python-memcached', 'with_python_memcached', ['text']),
  python('python-binary-memcached', 'with_binary_memcached', ['binary']),
  {
    name: 'gomemcache',
    protocols: ['text'],
    toolchain: GO,
    command: (prepared) => [join(prepared, 'gomemcache')],
  },
  {
    name: 'php-memcached',
    protocols: ['text', 'binary'],
    toolchain: PHP,
    command: (prepared) => ['php', join(prepared, 'client.php')],
  },
  java('spymemcached', 'WithSpymemcached'),
  java('xmemcached', 'WithXmemcached'),
  {
    name: 'dalli',
    protocols: ['binary'],
    toolchain: RUBY,
    command: (prepared) => ['ruby', join(prepared, 'client.rb')],
  },
  javascript('memcached', ['text']),
  javascript('memjs', ['binary']),
  {
    name: 'memcache',
    protocols: ['binary', 'text'],
    toolchain: RUST,
    command: (prepared) => [join(prepared, 'target', 'debug', 'clients')],
  },
]
