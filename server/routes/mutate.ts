import { mutate } from '../admission/mutate.ts'
import { MUTATE } from './descriptions.ts'
import type { Webhook } from './webhook.ts'

export const mutateWebhook: Webhook = { path: '/mutate', verdictOn: mutate, openapi: MUTATE }
