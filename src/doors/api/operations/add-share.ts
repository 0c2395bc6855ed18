import type { Handler } from '../api.ts'
import { checkPasswords } from '../passwords.ts'
import { shareView } from '../views.ts'

export const addShare: Handler<'addShare'> = async ({ shares }, request) => {
  const { folder, name, readPassword, changePassword } = request
  const read = request.read ?? (readPassword === undefined ? 'link' : 'password')
  const change = request.change ?? (changePassword === undefined ? 'nobody' : 'password')
  const passwords = checkPasswords({ read, change }, readPassword, changePassword)
  const settings = { read, change, passwords, ...(name === undefined ? {} : { name }) }
  return shareView(await shares.add(folder, settings))
}
