import { judgeOwnConfig } from '../../../routing/judge-own-config.ts'
import type { ApiVersion, Versions } from '../../../schemas/api-version.ts'
import { apiServerSchema } from '../../../schemas/generate/api-server-schema.ts'
import * as served from '../../../schemas/v1beta1/version.ts'
import { defaultsOf } from '../../../schemas/validation/defaults.ts'
import { VERSIONS } from '../../../schemas/versions.ts'

/** As an operator has it, which judges mcrouter's own JSON. */
export const V1BETA1: ApiVersion = { ...served.V1BETA1, checkConfig: judgeOwnConfig }

export const BOTH: Versions = { ...VERSIONS, v1beta1: V1BETA1 }

/** A spec as the API server shows it to a webhook, with the defaults that it fills in itself. */
export const byApiServer = defaultsOf(apiServerSchema(V1BETA1.schema))
