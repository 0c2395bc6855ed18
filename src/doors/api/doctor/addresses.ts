import { formatAddress } from '../../../mesh/reach/address.ts'
import type { Check } from './examine.ts'

export const checkAddresses: Check = async ({ mesh }) => {
  const addresses = mesh.addresses().map(formatAddress)
  const subject = 'Addresses'
  if (addresses.length > 0) {
    return [
      { subject, verdict: 'good', found: `Others may reach this node at ${addresses.join(', ')}.` },
    ]
  }
  return [
    {
      subject,
      verdict: 'bad',
      found: 'There is no address at which others could reach this node.',
      remedy:
        'Connect this computer to a network, or see "listen" in the settings (fullmesh config get).',
    },
  ]
}
