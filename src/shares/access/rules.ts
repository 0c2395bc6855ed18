import type { PeerId } from '../../mesh/mesh.ts'
import type { ChangeRule, Grant, Head, OpenAnswer, ReadRule, Scope } from '../shares.ts'

/** Who may do what on a share, as its settings say now. */
export interface Rules {
  readonly read: ReadRule
  readonly change: ChangeRule
  readonly generations: Head['generations']
  readonly revoked: readonly PeerId[]
}

/** A peer as the rules see it. */
export interface Applicant {
  readonly peer: PeerId
  readonly isContact: boolean
  /** What it was granted, in any generation. */
  readonly grants: readonly Grant[]
}

/** The widest scope that the peer gets without showing anything, and why; undefined for none. */
export function entitlement(
  rules: Rules,
  applicant: Applicant,
): { readonly scope: Scope; readonly by: ReadRule } | undefined {
  if (rules.revoked.includes(applicant.peer)) return undefined
  if (has(rules.change, 'change', rules, applicant))
    return { scope: 'change', by: byOf(rules.change) }
  if (has(rules.read, 'read', rules, applicant)) return { scope: 'read', by: rules.read }
  return undefined
}

/** What a peer that gets nothing is told to bring. */
export function needed(rules: Rules): Extract<OpenAnswer, { kind: 'needed' }>['what'] {
  if (rules.read === 'contacts') return rules.change === 'password' ? 'password' : 'contact'
  return rules.read === 'link' ? 'link' : 'password'
}

/**
 * Whether the peer may let readers in while the owner is away. What that takes must tell it nothing that it
 * has not shown to know: the link's secret, or the read password (decision 014). Whom the owner calls
 * a contact is nobody else's business, so there are no deputies for contacts.
 */
export function mayBeDeputy(rules: Rules, applicant: Applicant): boolean {
  if (rules.revoked.includes(applicant.peer) || rules.read === 'contacts') return false
  return rules.read === 'everyone' || wasGranted('read', rules, applicant)
}

/** A grant counts while its generation lasts. Being a contact is looked at each time: the user may change that. */
function has(
  rule: ReadRule | ChangeRule,
  scope: Scope,
  rules: Rules,
  applicant: Applicant,
): boolean {
  switch (rule) {
    case 'everyone':
      return true
    case 'contacts':
      return applicant.isContact
    case 'nobody':
      return false
    case 'link':
    case 'password':
      return wasGranted(scope, rules, applicant)
  }
}

function wasGranted(scope: Scope, rules: Rules, { grants }: Applicant): boolean {
  return grants.some(
    (grant) =>
      grant.scope === scope &&
      grant.by === rules[scope] &&
      grant.generation === rules.generations[scope],
  )
}

function byOf(rule: ChangeRule): ReadRule {
  return rule === 'contacts' ? 'contacts' : 'password'
}
