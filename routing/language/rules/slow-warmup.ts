import { isJsonObject } from '../../../schemas/json.ts'
import type { Written } from '../route-handle-type.ts'

/** routes/SlowWarmUpRouteSettings.cpp:23-80 */
export function slowWarmupRule({ options, complain }: Written): void {
  const settings = isJsonObject(options.slow_warmup) ? options.slow_warmup.settings : undefined
  if (!isJsonObject(settings)) return
  const { enable_threshold: enable, disable_threshold: disable } = settings
  if (typeof enable !== 'number' || typeof disable !== 'number' || enable < disable) return
  const message = `Invalid value: ${enable}: must be less than disable_threshold, which is ${disable}`
  complain(['slow_warmup', 'settings', 'enable_threshold'], 'FieldValueInvalid', message)
}
