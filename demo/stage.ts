import type { CommandOptions, CommandResult } from '../testing/process/command.ts'
import type { Address } from './conversation.ts'

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
  /** Of a router of the Mcrouter of that name, or why there is none to talk to. */
  router(name: string): Promise<Address | { readonly missing: string }>
  /** Takes everything away again. */
  end(): Promise<void>
}
