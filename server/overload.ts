import underPressure from '@fastify/under-pressure'
import type { FastifyInstance } from 'fastify'
import { MCR_ERR_OVERLOADED } from './errors.ts'

/**
 * Refuses work, with Retry-After, while the event loop lags so far behind that callers would give up before
 * their answer came. Registered around the routes that work, never around the probes: a busy process is alive.
 */
export async function overload(app: FastifyInstance): Promise<void> {
  await app.register(underPressure, {
    maxEventLoopDelay: EVENT_LOOP_DELAY_MS,
    sampleInterval: 500,
    customError: MCR_ERR_OVERLOADED,
  })
}

/** A fifth of the webhooks' timeout of 5 s. */
const EVENT_LOOP_DELAY_MS = 1_000
