/**
 * How the disk spells a name of the share: composed like the share itself, or decomposed if that, and only
 * that, is there. `isThere` looks; it is asked only about names that can be spelled in two ways.
 */
export function diskSpelling(name: string, isThere: (spelling: string) => boolean): string {
  if (isNoComponent.test(name))
    throw new RangeError(`not one component of a path: ${JSON.stringify(name)}`)
  if (isAscii.test(name)) return name
  const decomposed = name.normalize('NFD')
  if (decomposed === name || isThere(name) || !isThere(decomposed)) return name
  return decomposed
}

const isAscii = /^[ -~]*$/

const isNoComponent = /^\.{0,2}$|[/\0]/
