import { validate } from '../admission/validate.ts'
import { VALIDATE } from './descriptions.ts'
import type { Webhook } from './webhook.ts'

export const validateWebhook: Webhook = { path: '/validate', verdictOn: validate, openapi: VALIDATE }
