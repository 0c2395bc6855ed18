import type { Handler } from '../api.ts'
import { getDrive } from './get-drive.ts'

export const changeDrive: Handler<'changeDrive'> = async (desk, { on }, signal) => {
  if (on) await desk.drive.turnOn()
  else await desk.drive.turnOff()
  return getDrive(desk, {}, signal)
}
