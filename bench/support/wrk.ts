import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Child, ChildCommand, Children } from '../../testing/process/children.ts'
import { run } from '../../testing/process/command.ts'
import { cpuOf } from '../../testing/process/usage.ts'
import type { HttpsProcess } from './https-process.ts'

const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url))

/** The command on one processor alone, from 0. */
export function pinned(processor: number, { file, args, ...rest }: ChildCommand): ChildCommand {
  return { ...rest, file: 'taskset', args: ['--cpu-list', `${processor}`, file, ...args] }
}

/** That of wrk; servers are pinned to another. */
const CALLER = 1

/**
 * Gives wrk's processor something to do whenever wrk has nothing (SCHED_IDLE, sched(7)): it then never sleeps. Each answer
 * of a server that is slower than wrk finds it waiting and has to wake it up; where its processor sleeps, in a virtual machine
 * above all, that is some 40 µs more for whoever sends the answer, and a server quick enough never pays them.
 */
export function keepCallerAwake(children: Children): Child {
  const idle = { file: 'chrt', args: ['--idle', '0', 'sh', '-c', 'while :; do :; done'] }
  return children.start('awake', pinned(CALLER, idle))
}

/** What wrk posts again and again, and over how many connections. */
export interface Saturation {
  readonly url: string
  readonly body: string
  readonly connections: number
  readonly seconds: number
}

/**
 * Keeps a server busy with wrk (https://github.com/wg/wrk), a load generator in C, from a processor of its own.
 *
 * @returns how many requests were answered
 * @throws when one was answered with anything but 200, or not at all
 */
export async function saturate(
  directory: string,
  { url, body, connections, seconds }: Saturation,
): Promise<number> {
  const bodyFile = join(directory, 'body.json')
  await writeFile(bodyFile, body)
  const wrk = [
    '--threads=1',
    `--connections=${connections}`,
    `--duration=${seconds}s`,
    `--script=${SCRIPT}`,
    url,
  ]
  const { file, args } = pinned(CALLER, { file: 'wrk', args: wrk })
  const { code, stdout, stderr } = await run(file, args, { env: { ...process.env, BODY_FILE: bodyFile } })
  const requests = Number(/^\s*(\d+) requests in/m.exec(stdout)?.[1])
  if (code !== 0 || !(requests > 0) || /Non-2xx|Socket errors/.test(stdout))
    throw new Error(`wrk ${url}:\n${stdout}${stderr}`)
  return requests
}

const CONNECTIONS = 16

/** What is asked again and again. */
export interface Target {
  readonly process: HttpsProcess
  readonly path: string
  readonly body: string
}

/** Keeps the process busy until it has answered so many requests. */
export async function warmUp(directory: string, target: Target, times: number): Promise<void> {
  for (let sent = 0; sent < times; ) sent += (await turn(directory, target, 2)).requests
}

/** How many were answered over 16 connections, and the microseconds of CPU time of the process for each. */
export async function turn(directory: string, { process, path, body }: Target, seconds: number) {
  const before = cpuOf(process.pid)
  const url = `${process.url}${path}`
  const requests = await saturate(directory, { url, body, connections: CONNECTIONS, seconds })
  return { requests, micros: (cpuOf(process.pid) - before) / requests }
}
