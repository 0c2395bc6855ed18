/**
 * What anyone may cost this node. A home computer with 2 cores must serve its friends while a hundred
 * strangers do their worst, in less than 512 MiB. Figures marked (m) were measured on such a machine:
 * docs/decisions/010-gate.md.
 */

/** A TLS handshake with its first HTTP/2 settings, on the slowest line that is of any use. */
export const handshakeMs = 10_000

/** Each costs 2 ms of CPU here and about 70 KiB (m). */
export const handshakesMax = 128
export const handshakesPerHostMax = 16

/**
 * Connections a second that may come in, from all hosts together: so many handshakes take a third of one core
 * (m). Hosts have equal shares of it within the two bounds; a household or a LAN may be one host.
 */
export const arrivalsPerSecond = { total: 150, shareMin: 1, shareMax: 10 } as const

/** How many seconds' worth of connections may come at once. */
export const arrivalBurstSeconds = 10

/**
 * A link is one connection, or two when both ends ask. An idle one takes about 100 KiB and little CPU (m); a
 * full mesh is right up to about 150 peers.
 */
export const connectionsMax = 400

/** The rest is kept for contacts: strangers can't lock them out. */
export const strangersMax = 300

/** A peer needs two, and more while one is dying or both ends dial at once. */
export const connectionsPerPeerMax = 8

/** Several nodes may stand behind one address; an attacker with one address gets no more than these. */
export const connectionsPerHostMax = 64

/** Questions that are being answered at once on one link. HTTP/2 itself holds back what is more. */
export const questionsAtOnceMax = 64

/**
 * Questions a second that are answered, from all peers together: about half of what one core can (m).
 * Hosts and connections have equal shares of it, within the two bounds.
 */
export const questionsPerSecond = { total: 5_000, shareMin: 20, shareMax: 2_000 } as const

/** How many seconds' worth of questions may come at once. */
export const questionBurstSeconds = 4

/** A question that would wait longer for its turn is refused instead. */
export const questionWaitMs = 5_000

/** Refused questions after which a link is ended. */
export const refusalsMax = 256

/** How long an expelled peer stays out. */
export const expelledMs = 60_000

/** What one question's body may send ahead of its reader. Bulk goes the other way: owners pull. */
export const questionWindowBytes = 64 * 1024

/** What all questions' bodies may, together. A link has an equal share of it, but at least the other. */
export const questionBytesMax = 16 * 1024 * 1024
export const questionBytesPerLinkMin = 2 * questionWindowBytes

/**
 * What the answers that this node asked for may send ahead of their readers, all together, and one alone.
 * One alone fills 100 MB/s at 80 ms; less than the smallest would make each chunk wait for a round trip.
 */
export const answerBytesMax = 48 * 1024 * 1024
export const answerWindow = { maxBytes: 8 * 1024 * 1024, minBytes: 64 * 1024 } as const

/** Answers on their way out that the far sides have not taken yet, all together. */
export const heldBytesMax = 64 * 1024 * 1024

/** Names and values of one question's or answer's head: a capability and some addresses. Node's default is 64 KiB. */
export const headerBytesMax = 16 * 1024
export const headersMax = 64

/** What a chunk of payload is taken for before it is made: a piece. */
export const payloadChunkBytes = 1024 * 1024

/** What Node may hold for one connection before it refuses streams: pieces on their way out, above all. */
export const sessionMemoryMiB = 256

/** Questions that are asked and taken back (CVE-2023-44487). A swarm near its end takes back a few dozen. */
export const streamResetBurst = 500
export const streamResetRate = 50

/**
 * Bytes that are good for nothing, such as pings, settings, window updates and empty frames: at once, and a
 * second in the long run. An honest link has a few hundred in a minute. At once may come what is in
 * windows and not yet read.
 */
export const chatterBytes = { burst: 8 * 1024 * 1024, perSecond: 64 * 1024 } as const

/** How long a question's body may keep its reader waiting: this, and one more second for each so many bytes. */
export const slowBodyMs = 30_000
export const slowBodyBytesPerSecond = 256
