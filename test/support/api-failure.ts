import { ApiError } from '../../reconciler/kube/connection/errors.ts'

/** How a call to the API fails; throws when it does not, or in another way. */
export async function apiFailure(call: Promise<unknown>): Promise<ApiError> {
  try {
    await call
  } catch (error) {
    if (error instanceof ApiError) return error
    throw error
  }
  throw new Error('it did not fail')
}
