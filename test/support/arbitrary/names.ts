import fc from 'fast-check'

/** Up to 42 characters, as identity.ts has it. */
export function mcrouterName(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z]([-a-z0-9]{0,40}[a-z0-9])?$/)
}

export function namespace(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/)
}

export function subdomain(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z0-9]([-a-z0-9]{0,20}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,10}[a-z0-9])?){0,3}$/)
}

export function labelKey(): fc.Arbitrary<string> {
  return fc
    .tuple(fc.option(subdomain(), { nil: undefined }), labelName())
    .map(([prefix, name]) => (prefix === undefined ? name : `${prefix}/${name}`))
}

export function labelValue(): fc.Arbitrary<string> {
  return fc.oneof(fc.constant(''), labelName())
}

function labelName(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/)
}

/** By the grammar of distribution/reference; a dot in its first part would make that part a registry. */
export function imageReference(): fc.Arbitrary<string> {
  const registry = fc.stringMatching(
    /^([a-z0-9]([-a-z0-9]{0,8}[a-z0-9])?\.[a-z]{2,5}(:[0-9]{1,5})?|localhost(:[0-9]{1,5})?|\[[0-9a-f]{1,4}::[0-9a-f]{1,4}\](:[0-9]{1,5})?)\/$/,
  )
  const component = fc.stringMatching(/^[a-z0-9]{1,8}((\.|_|__|-{1,3})[a-z0-9]{1,8}){0,2}$/)
  const tag = fc.stringMatching(/^:\w[\w.-]{0,20}$/)
  const digest = fc.stringMatching(/^@sha256:[a-f0-9]{64}$/)
  return fc
    .tuple(
      fc.option(registry, { nil: '' }),
      fc.array(component, { minLength: 1, maxLength: 3 }),
      fc.option(tag, { nil: '' }),
      fc.option(digest, { nil: '' }),
    )
    .filter(([registry, [first = '']]) => registry !== '' || !first.includes('.'))
    .map(([registry, components, tag, digest]) => `${registry}${components.join('/')}${tag}${digest}`)
}
