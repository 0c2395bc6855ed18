/** A tone of so many seconds, as a WAV file: sound that every browser plays, and that can be jumped about in. */
export function tone(seconds: number): Uint8Array {
  const rate = 8000
  const count = seconds * rate
  const file = Buffer.alloc(44 + count, 128)
  file.write('RIFF', 0)
  file.writeUInt32LE(36 + count, 4)
  file.write('WAVEfmt ', 8)
  file.writeUInt32LE(16, 16)
  file.writeUInt16LE(1, 20)
  file.writeUInt16LE(1, 22)
  file.writeUInt32LE(rate, 24)
  file.writeUInt32LE(rate, 28)
  file.writeUInt16LE(1, 32)
  file.writeUInt16LE(8, 34)
  file.write('data', 36)
  file.writeUInt32LE(count, 40)
  for (let at = 0; at < count; at++) file[44 + at] = 128 + Math.round(40 * Math.sin(at / 3))
  return file
}
