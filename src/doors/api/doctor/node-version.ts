import type { Check } from './examine.ts'

export const checkNodeVersion: Check = async () => {
  const version = process.versions.node
  const subject = 'Node.js'
  if (Number.parseInt(version, 10) >= oldestMajor) {
    return [{ subject, verdict: 'good', found: `Version ${version}.` }]
  }
  return [
    {
      subject,
      verdict: 'bad',
      found: `Version ${version} is too old.`,
      remedy: `Install Node ${oldestMajor} or newer.`,
    },
  ]
}

/** As `engines` of the manifest says. */
const oldestMajor = 24
