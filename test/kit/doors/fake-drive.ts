import type { DriveAccess, DriveSwitch } from '../../../src/doors/api/api.ts'

/** A drive that serves nothing. */
export class FakeDrive implements DriveSwitch {
  #isOn = false

  access(): DriveAccess | undefined {
    if (!this.#isOn) return undefined
    return {
      address: 'http://127.0.0.1:4711/',
      user: 'fullmesh',
      password: 'six-words-of-a-list',
      passwordFile: '/state/drive/password',
    }
  }

  async turnOn(): Promise<DriveAccess> {
    this.#isOn = true
    const access = this.access()
    if (access) return access
    throw new Error('a fake that is broken')
  }

  async turnOff(): Promise<void> {
    this.#isOn = false
  }
}
