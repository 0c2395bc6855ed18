import type { Handler } from '../api.ts'
import { examine } from '../doctor/examine.ts'

export const doctor: Handler<'doctor'> = async (desk, _request, signal) => ({
  schema: 'fullmesh.doctor/1',
  findings: await examine(desk, signal),
})
