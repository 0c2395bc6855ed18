import { MalformedError } from '../../../base/errors.ts'

/**
 * The URL of one file at a web seed. A seed that ends in a slash is a folder: the torrent's name and the path
 * of the file are added, each part encoded; another one is the file itself, and good for one file alone.
 * Throws MalformedError. Source: BEP 19
 */
export function fileUrl(
  seed: string,
  name: string,
  path: readonly string[],
  isSingleFile: boolean,
): URL {
  const url = seed.length > urlCharsMax ? null : URL.parse(seed)
  if (!url || !['http:', 'https:'].includes(url.protocol)) throw malformed('it is no HTTP address')
  if (url.username !== '' || url.password !== '') throw malformed('it has a password in it')
  if (isSingleFile && !url.pathname.endsWith('/')) return url
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  const parts = isSingleFile ? [name] : [name, ...path]
  if (parts.some((part) => part === '' || part === '.' || part === '..')) {
    throw malformed('a name of the torrent leads elsewhere')
  }
  url.pathname += parts.map(encodeURIComponent).join('/')
  return url
}

const urlCharsMax = 2_048

function malformed(detail: string): MalformedError {
  return new MalformedError('web seed', detail)
}
