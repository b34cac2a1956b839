import type { CommandOptions, CommandResult } from '../test/support/process/command.ts'

/** A cluster with the operator on it, ready to be shown. */
export interface Stage {
  /** What this is, and what in it is not real. */
  readonly description: string
  /** What `helm install` was called with, to be shown. */
  readonly installation: string
  /** Of the Mcrouter that is shown. */
  readonly namespace: string
  /** kubectl on that cluster and namespace. */
  kubectl(args: readonly string[], options?: CommandOptions): Promise<CommandResult>
  /** Base address of the render service, for curl -k. */
  readonly renderUrl: string
  /** What a user types to look around by hand. */
  readonly invitation: readonly string[]
  /** Takes everything away again. */
  end(): Promise<void>
}
