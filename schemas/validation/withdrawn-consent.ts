import { isJsonObject } from '../json.ts'
import { CONSENT_ANNOTATION } from '../well-known.ts'
import type { Warning } from './violation.ts'

/**
 * That an update takes a consent away while something is still being changed: what is not done by then of a change that takes it is
 * not done any more. Admission cannot know whether that is what goes on.
 */
export function withdrawnConsent(object: unknown, stored: unknown): Warning[] {
  const before = consentIn(stored)
  if (before === undefined || consentIn(object) === before || !isProgressing(stored)) return []
  return [
    `metadata.annotations: Progressing is True, and what is left of a change that takes ${CONSENT_ANNOTATION} is not done without it; keep it until Progressing is False`,
  ]
}

function consentIn(object: unknown): unknown {
  const metadata = isJsonObject(object) ? object.metadata : undefined
  const annotations = isJsonObject(metadata) ? metadata.annotations : undefined
  return isJsonObject(annotations) ? annotations[CONSENT_ANNOTATION] : undefined
}

function isProgressing(object: unknown): boolean {
  const status = isJsonObject(object) ? object.status : undefined
  const conditions = isJsonObject(status) && Array.isArray(status.conditions) ? status.conditions : []
  return conditions.some((one) => isJsonObject(one) && one.type === 'Progressing' && one.status === 'True')
}
