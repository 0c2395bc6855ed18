import type { DriveDesk, DriveShare, FileItem } from '../drive.ts'

/** Says whether a file may be run: its bytes are put once more, and only what they are for is changed. */
export async function setExecutable(
  { stages }: DriveDesk,
  share: DriveShare,
  file: FileItem,
  executable: boolean,
  signal: AbortSignal,
): Promise<void> {
  if (file.executable === executable) return
  const { path, bytes, mtimeMs } = file
  await using staged = await stages.take(share.read(file, 0, bytes, signal), bytes, signal)
  const attributes = { mtimeMs, executable }
  await share.put({ path, localFile: staged.path, attributes, before: file }, signal)
}
