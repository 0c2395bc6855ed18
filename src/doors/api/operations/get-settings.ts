import type { Handler } from '../api.ts'

export const getSettings: Handler<'getSettings'> = async ({ node: { settings } }) => {
  return { schema: 'fullmesh.settings/1', file: settings.path, settings: await settings.read() }
}
