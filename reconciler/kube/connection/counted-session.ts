import { ApiError } from './errors.ts'
import type { Session } from './session.ts'

/** Told of each request that was answered or failed; the code is HTTP's, or what went wrong instead of an answer. */
export type CountRequest = (method: string, code: string) => void

/** A session whose requests are counted. */
export function countedSession(session: Session, count: CountRequest): Session {
  async function counted<T>(method: string, answer: Promise<T>): Promise<T> {
    try {
      const value = await answer
      count(method, '200')
      return value
    } catch (error) {
      count(method, error instanceof ApiError && error.status > 0 ? String(error.status) : '<error>')
      throw error
    }
  }
  return {
    request: (request) => counted(request.method, session.request(request)),
    receive: (request, take) => counted(request.method, session.receive(request, take)),
    stream: (request) => counted(request.method, session.stream(request)),
  }
}
