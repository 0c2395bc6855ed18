/**
 * Changes: how a writer's bytes get into another node's share without being lost.
 *
 * Job: the writer's side (remote-editor: hash the file, offer it, post the signed change, ask again until
 * it is acknowledged), and the owner's side (change-desk: check, pull what is missing from the writer, install,
 * answer once it is durable and in a signed head). Asking again with the same id changes nothing twice.
 * Non-goals: who may change (shares), how bytes are installed (content), what is said on the wire (wire).
 *
 * This file holds the ports that changes call.
 */
import type { ContentId } from '../../content/content.ts'

/** Files of this computer, in no share. Made by content/local-files.ts. */
export interface LocalFiles {
  /** Hashes the file. Rejects with MissingError, and with ChangedError if it is written to meanwhile. */
  open(path: string, signal: AbortSignal): Promise<LocalFile>
}

export interface LocalFile extends AsyncDisposable {
  readonly content: ContentId
  /** The piece hashes of a file larger than one piece. */
  readonly layer: Uint8Array | undefined
  /** Rejects with ChangedError when the file is not any more what it was when it was opened. */
  piece(index: number, signal: AbortSignal): Promise<Uint8Array>
}
