import type { ValidateFunction } from 'ajv'
import type { McrouterSpec } from '../v1alpha3.ts'

declare const validate: ValidateFunction<McrouterSpec>
export default validate
