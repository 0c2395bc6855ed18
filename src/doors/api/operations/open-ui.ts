import type { Handler } from '../api.ts'
import { BrowsersOffError, loopback } from '../browser/browsers.ts'

export const openUi: Handler<'openUi'> = async ({ browsers }) => {
  if (!browsers) throw new BrowsersOffError()
  const { code, expiresMs } = browsers.sessions.invite()
  const address = `http://${loopback}:${browsers.ports.page}/#code=${code}`
  return { schema: 'fullmesh.entrance/1', address, expiresMs }
}
