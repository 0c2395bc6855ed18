import type { IncomingHttpHeaders } from 'node:http2'

/** The fields of a head without HTTP/2's own (`:path` and the like). A field that came twice is joined by a comma. */
export function plainHeaders(received: IncomingHttpHeaders): Record<string, string> {
  const headers: Record<string, string> = Object.create(null)
  for (const [name, value] of Object.entries(received)) {
    if (value === undefined || name.startsWith(':')) continue
    headers[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return headers
}
