import type { CelRule } from '../generate/structural.ts'

/**
 * Of what a conversion could not keep: conversion/unwritable.ts. At the root, so that nothing is spared: a label, the status or a scale
 * would have what was seen of the spec stored in its place.
 * @param release the field with the routers' release, such as router.release, and `image` that with their image
 */
export function unwritableRule(release: string, image: string): CelRule {
  const paths = [release, image].map((field) => ['spec', ...field.split('.')])
  const all = paths.flatMap((keys) => keys.map((_, index) => ['self', ...keys.slice(0, index + 1)].join('.')))
  return {
    at: '',
    rule: [...new Set(all)]
      .map((path) => `!has(${path})`)
      .concat(`self.spec.${release} != self.spec.${image}`)
      .join(' || '),
    message:
      'the spec could not be converted to this version, and would be stored as what is left of it: write the version in which it was written',
  }
}
