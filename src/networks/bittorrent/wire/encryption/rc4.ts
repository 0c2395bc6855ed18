/**
 * RC4, which the encryption of BitTorrent is bound to. It keeps no secret from anyone who wants to know it;
 * it keeps connections from being told apart by their first bytes. OpenSSL 3 has it only as a relic.
 */
export class Rc4 {
  readonly #state = new Uint8Array(256)
  #i = 0
  #j = 0

  constructor(key: Uint8Array) {
    const state = this.#state
    for (let at = 0; at < 256; at++) state[at] = at
    for (let at = 0, j = 0; at < 256; at++) {
      const held = state[at] ?? 0
      j = (j + held + (key[at % key.length] ?? 0)) & 255
      state[at] = state[j] ?? 0
      state[j] = held
    }
  }

  /** Encrypts, or decrypts, in place. */
  apply(bytes: Uint8Array): void {
    const state = this.#state
    let [i, j] = [this.#i, this.#j]
    for (let at = 0; at < bytes.length; at++) {
      i = (i + 1) & 255
      const a = state[i] ?? 0
      j = (j + a) & 255
      const b = state[j] ?? 0
      state[i] = b
      state[j] = a
      bytes[at] = (bytes[at] ?? 0) ^ (state[(a + b) & 255] ?? 0)
    }
    this.#i = i
    this.#j = j
  }

  /** The first bytes of the key stream tell of the key: nobody uses them. */
  skip(count: number): void {
    this.apply(new Uint8Array(count))
  }
}
