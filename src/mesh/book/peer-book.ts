/**
 * The peer book: whom this node's user knows, and where peers were reached.
 *
 * Job: contacts with unique petnames and trust, and for any peer up to 16 addresses with who named them and
 * when they were last good, and what they call themselves. All of it is kept in memory and in a file of its own.
 * Non-goals: who is on the LAN now (discovery), what a contact may do (shares), dialling (reach).
 */
import type { Clock } from '../../base/clock.ts'
import type { Database, Statement } from '../../base/database.ts'
import { MalformedError } from '../../base/errors.ts'
import type { Log } from '../../base/log.ts'
import { Serial } from '../../base/serial.ts'
import { Topic } from '../../base/topic.ts'
import { parsePeerId } from '../identity/peer-id.ts'
import type { Address, AddressOrigin, Contact, KnownAddress, PeerBook, PeerId } from '../mesh.ts'
import { mayDial } from '../reach/address-policy.ts'
import { parseIp } from '../reach/ip.ts'
import {
  loadAddresses,
  loadContacts,
  removeContact,
  saveAddresses,
  saveContact,
} from './book-store.ts'
import { withNews } from './known-addresses.ts'
import type { AddressNews, RememberedAddress } from './known-addresses.ts'
import { defaultPetname, freePetname, parsePetname, petnameKey } from './petname.ts'
import { loadSelfNames, SelfNames } from './self-names.ts'

export interface PeerBookParts {
  /** Opened by openBookDatabase; it stays open when the book is closed. */
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
}

/** Opens the book. Closing it waits for what is still being written. Rejects with DatabaseError. */
export async function openPeerBook(parts: PeerBookParts): Promise<PeerBook & AsyncDisposable> {
  const book = new StoredPeerBook(parts)
  await book.load()
  return book
}

class StoredPeerBook implements PeerBook, AsyncDisposable {
  readonly changed = new Topic<PeerId>()
  readonly #database: Database
  readonly #clock: Clock
  readonly #log: Log
  readonly #contactsByPeer = new Map<PeerId, Contact>()
  /** In the order in which strangers are forgotten: whoever was heard of least recently is first. */
  readonly #addressesByPeer = new Map<PeerId, readonly RememberedAddress[]>()
  readonly #selfNames = new SelfNames()
  readonly #changes = new Serial()

  constructor({ database, clock, log }: PeerBookParts) {
    this.#database = database
    this.#clock = clock
    this.#log = log
  }

  async load(): Promise<void> {
    for (const contact of await loadContacts(this.#database)) {
      this.#contactsByPeer.set(contact.peer, contact)
    }
    for (const { peer, address } of await loadAddresses(this.#database)) {
      this.#addressesByPeer.set(peer, [...this.#addressesOf(peer), address])
    }
    this.#selfNames.load(await loadSelfNames(this.#database))
  }

  contacts(): readonly Contact[] {
    return [...this.#contactsByPeer.values()].toSorted((a, b) => a.petname.localeCompare(b.petname))
  }

  contact(peer: PeerId): Contact | undefined {
    return this.#contactsByPeer.get(peer)
  }

  find(text: string): PeerId | undefined {
    const key = petnameKey(text.trim())
    const named = this.contacts().find(({ petname }) => petnameKey(petname) === key)
    return named?.peer ?? readPeerId(text) ?? this.#byBeginning(text.trim().toLowerCase())
  }

  put(
    peer: PeerId,
    change: { readonly petname?: string; readonly trust?: Contact['trust'] },
  ): Promise<Contact> {
    return this.#changes.run(async () => {
      const before = this.#contactsByPeer.get(peer)
      const wanted = {
        peer,
        petname: this.#petnameFor(peer, change.petname ?? before?.petname),
        trust: change.trust ?? before?.trust ?? 'known',
        sinceMs: before?.sinceMs ?? this.#clock.now(),
      }
      await this.#database.write([saveContact({ ...wanted, lastSeenMs: before?.lastSeenMs })])
      // It may have been seen meanwhile.
      const contact = { ...wanted, lastSeenMs: this.#contactsByPeer.get(peer)?.lastSeenMs }
      this.#contactsByPeer.set(peer, contact)
      this.changed.publish(peer)
      return contact
    })
  }

  /** Its addresses stay, as those of any peer. */
  remove(peer: PeerId): Promise<void> {
    return this.#changes.run(async () => {
      if (!this.#contactsByPeer.has(peer)) return
      await this.#database.write([removeContact(peer)])
      this.#contactsByPeer.delete(peer)
      this.changed.publish(peer)
    })
  }

  seen(peer: PeerId): void {
    const contact = this.#contactsByPeer.get(peer)
    const nowMs = this.#clock.now()
    if (!contact || isFresh(contact.lastSeenMs, nowMs)) return
    const after = { ...contact, lastSeenMs: nowMs }
    this.#contactsByPeer.set(peer, after)
    // Only this field: whatever else is being changed at the moment is not undone.
    this.#later([
      { sql: 'UPDATE contacts SET last_seen_ms = ? WHERE peer = ?', values: [nowMs, peer] },
    ])
    this.changed.publish(peer)
  }

  addresses(peer: PeerId): readonly KnownAddress[] {
    return this.#addressesOf(peer)
  }

  async remember(
    peer: PeerId,
    addresses: readonly Address[],
    origin: AddressOrigin,
  ): Promise<void> {
    const atMs = this.#clock.now()
    const allowed = addresses.filter((address) => mayRemember(address, origin))
    if (allowed.length === 0) return
    const news = allowed.map(({ host, port }) => ({ host, port, origin, atMs, reached: false }))
    await this.#database.write(this.#learn(peer, news))
  }

  reached(peer: PeerId, { host, port }: Address, origin: AddressOrigin): void {
    const atMs = this.#clock.now()
    const known = this.#addressesOf(peer).find((one) => one.host === host && one.port === port)
    if (known && isFresh(known.reachedMs, atMs)) return
    this.#later(this.#learn(peer, [{ host, port, origin, atMs, reached: true }]))
  }

  selfName(peer: PeerId): string | undefined {
    return this.#selfNames.get(peer)
  }

  heardName(peer: PeerId, name: string): void {
    const news = this.#selfNames.heard(peer, name, this.#clock.now())
    if (news.length > 0) this.#later(news)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#changes.idle()
  }

  /** Takes the news into memory at once and returns what makes it last. */
  #learn(peer: PeerId, news: readonly AddressNews[]): Statement[] {
    const before = this.#addressesOf(peer)
    const after = news.reduceRight<readonly RememberedAddress[]>(withNews, before)
    this.#addressesByPeer.delete(peer)
    this.#addressesByPeer.set(peer, after)
    return [...saveAddresses(peer, after), ...this.#forgetStrangers()]
  }

  #forgetStrangers(): Statement[] {
    const forgotten: Statement[] = []
    for (const peer of this.#addressesByPeer.keys()) {
      if (this.#addressesByPeer.size - this.#contactsByPeer.size <= strangersMax) break
      if (this.#contactsByPeer.has(peer)) continue
      this.#addressesByPeer.delete(peer)
      forgotten.push(...saveAddresses(peer, []))
    }
    return forgotten
  }

  #addressesOf(peer: PeerId): readonly RememberedAddress[] {
    return this.#addressesByPeer.get(peer) ?? []
  }

  #petnameFor(peer: PeerId, wanted: string | undefined): string {
    const others = new Set(
      this.contacts().flatMap((one) => (one.peer === peer ? [] : petnameKey(one.petname))),
    )
    const petname = wanted === undefined ? defaultPetname(peer) : parsePetname(wanted)
    return freePetname(petname, (key) => others.has(key))
  }

  /** Contacts first: a stranger's PeerId that was made to begin like a contact's gains nothing. */
  #byBeginning(beginning: string): PeerId | undefined {
    if (beginning.length < beginningCharsMin) return undefined
    const startsSo = (peer: PeerId): boolean => peer.startsWith(beginning)
    const known = [...this.#contactsByPeer.keys()].filter(startsSo)
    const strangers = new Set([...this.#addressesByPeer.keys(), ...this.#selfNames.peers()])
    const found = known.length > 0 ? known : [...strangers].filter(startsSo)
    return found.length === 1 ? found[0] : undefined
  }

  /** What nobody waits for: if the disk is full, it will be learnt again. */
  #later(statements: readonly Statement[]): void {
    void this.#changes.run(async () => {
      try {
        await this.#database.write(statements)
      } catch (error) {
        this.#log.error('the peer book could not note what was heard of a peer', error)
      }
    })
  }
}

/** Who has no name of ours is forgotten when more than this many others were heard of since. */
const strangersMax = 4096

/** 30 bits: enough among the peers that one node knows. */
const beginningCharsMin = 6

/** People are shown days and minutes, so a time this fresh is not written again. */
const freshMs = 60_000

function isFresh(timeMs: number | undefined, nowMs: number): boolean {
  return timeMs !== undefined && Math.abs(nowMs - timeMs) < freshMs
}

function mayRemember({ host }: Address, origin: AddressOrigin): boolean {
  const ip = parseIp(host)
  return ip ? mayDial(ip, origin) : origin === 'user'
}

function readPeerId(text: string): PeerId | undefined {
  try {
    return parsePeerId(text.trim())
  } catch (error) {
    if (error instanceof MalformedError) return undefined
    throw error
  }
}
