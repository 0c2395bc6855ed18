import type { ChangeResult } from '../../transfer/transfer.ts'
import type { Change } from '../contract/change.ts'
import type { Backend } from './api.ts'
import { placeText } from './place.ts'
import type { OwnPlace, RemotePlace } from './place.ts'

/** What became of a change, with the place in its plain form. */
export function changeView(
  backend: Backend,
  place: OwnPlace | RemotePlace,
  { path, outcome }: ChangeResult,
): Change {
  return { schema: 'fullmesh.change/1', place: placeText(backend, { ...place, path }), outcome }
}
