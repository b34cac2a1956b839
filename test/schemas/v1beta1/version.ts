import { judgeOwnConfig } from '../../../routing/judge-own-config.ts'
import type { ApiVersion, Versions } from '../../../schemas/api-version.ts'
import { compiled } from '../../../schemas/generate/compile.ts'
import { McrouterSpec } from '../../../schemas/v1beta1/spec.ts'
import { v1beta1 } from '../../../schemas/v1beta1/version.ts'
import { VERSIONS } from '../../../schemas/versions.ts'

/** The version before it is served: as it will be. */
export const V1BETA1: ApiVersion = { ...v1beta1(compiled(McrouterSpec)), checkConfig: judgeOwnConfig }

/** A line more than the product has. */
export const BOTH: Versions = { ...VERSIONS, v1beta1: V1BETA1 }
