import { encodeCbor } from '../../base/cbor.ts'
import type { OpenAnswer } from '../../shares/shares.ts'
import { asBytes, asOneOf, decodeMap } from './fields.ts'
import { capabilityBytesMax, loginIdBytesMax, openBytesMax, scopes } from './open-proof.ts'

/**
 * The answer to `POST /1/shares/:share/open`. At most 4 KiB.
 *     kind               fields                              meaning
 *     granted            capability, scope, deputy?          let in; `deputy`: a commission to admit others
 *     password-response  login, read?, change?, deputyship?  OPAQUE's second message for each scope that
 *                                                            has a password; from a deputy with its proof
 *     needed             what                                link, password or contact
 */
export function encodeOpenAnswer(answer: OpenAnswer): Uint8Array {
  switch (answer.kind) {
    case 'granted': {
      const { kind, capability, scope, deputy } = answer
      return encodeCbor({ kind, capability, scope, ...(deputy && { deputy }) })
    }
    case 'password-response': {
      const { kind, login, responses, deputyship } = answer
      return encodeCbor({ kind, login, ...responses, ...(deputyship && { deputyship }) })
    }
    case 'needed':
      return encodeCbor({ ...answer })
  }
}

/** Throws MalformedError. */
export function parseOpenAnswer(data: Uint8Array): OpenAnswer {
  const map = decodeMap(data, 'answer to a proof')
  const kind = asOneOf(map['kind'], 'kind of an answer to a proof', answerKinds)
  switch (kind) {
    case 'granted':
      return {
        kind,
        capability: asBytes(map['capability'], 'capability', capabilityBytesMax),
        scope: asOneOf(map['scope'], 'scope of a capability', scopes),
        deputy: optional(map['deputy'], 'commission of a deputy'),
      }
    case 'password-response': {
      const [read, change] = scopes.map((scope) => optional(map[scope], 'login response'))
      return {
        kind,
        login: asBytes(map['login'], 'login id', loginIdBytesMax),
        responses: { ...(read && { read }), ...(change && { change }) },
        deputyship: optional(map['deputyship'], 'deputyship'),
      }
    }
    case 'needed':
      return { kind, what: asOneOf(map['what'], 'what is needed', needs) }
  }
}

function optional(value: unknown, subject: string): Uint8Array | undefined {
  return value === undefined ? undefined : asBytes(value, subject, openBytesMax)
}

const answerKinds = ['granted', 'password-response', 'needed'] as const
const needs = ['link', 'password', 'contact'] as const
