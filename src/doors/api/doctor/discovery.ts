import type { Check } from './examine.ts'

export const checkDiscovery: Check = async ({ mesh, node }) => {
  const subject = 'Discovery'
  if (!node.discoveryOn) {
    return [
      {
        subject,
        verdict: 'warning',
        found: 'It is switched off: nodes on the LAN do not find this one.',
        remedy: 'fullmesh config set discovery.on true',
      },
    ]
  }
  const count = mesh.discovery.neighbours().length
  if (count > 0)
    return [
      {
        subject,
        verdict: 'good',
        found: `${count === 1 ? 'One other node is' : `${count} other nodes are`} on the LAN.`,
      },
    ]
  return [
    {
      subject,
      verdict: 'warning',
      found: 'No other node was seen on the LAN.',
      remedy:
        'If there should be one: let UDP port 5353 (mDNS) through both firewalls, and see that the network has no client isolation. A link works without it.',
    },
  ]
}
