import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** What axe finds wrong with a page by WCAG 2.2 AA, a line each: rule, and the elements it is about. */
export async function axeFindings(page: Page): Promise<string[]> {
  // By the debugger, which the page's own policy does not bind.
  await page.evaluate(axe.source)
  const found: unknown = await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(rules)} }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => id + ' ' + html.slice(0, 160) + ' ' + failureSummary)))`,
  )
  return Array.isArray(found) ? found.map(String) : ['axe did not answer']
}

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
