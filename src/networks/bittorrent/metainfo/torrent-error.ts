import { NodeError } from '../../../base/errors.ts'

/** Why a torrent is refused: one word a rule, as libtorrent tells them apart. */
export type TorrentRule =
  | 'encoding'
  | 'info'
  | 'version'
  | 'name'
  | 'path'
  | 'piece-length'
  | 'length'
  | 'files'
  | 'pieces'
  | 'root'
  | 'pad'
  | 'inconsistent'
  | 'layer'
  | 'many'

/** A torrent file or info dictionary that is not what it should be. */
export class TorrentError extends NodeError {
  override readonly name = 'TorrentError'
  readonly kind = 'usage'
  readonly rule: TorrentRule
  constructor(rule: TorrentRule, detail: string, cause?: unknown) {
    super(`This torrent can't be used: ${detail}.`, { cause })
    this.rule = rule
  }
}
