import type { Handler } from '../api.ts'

export const getDrive: Handler<'getDrive'> = async ({ drive }) => {
  const access = drive.access()
  return { schema: 'fullmesh.drive/1', on: access !== undefined, ...access }
}
