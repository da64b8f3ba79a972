// What every page is measured by: axe at two widths and the Nu HTML checker; and, for pages that only a journey
// reaches, a way to keep each as it was served and to measure all of them at its end.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { root } from './serving.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
export const widths = [1280, 390]

/** What is wrong with the page that is open, in words; its context bypasses the policy, which would refuse axe. */
export async function faultsOfPage (page) {
  const found = await page.evaluate(async (source) => {
    if (!window.axe) (0, eval)(source)
    const result = await window.axe.run(document, { resultTypes: ['violations'] })
    return {
      violations: result.violations
        .filter((one) => one.impact === 'serious' || one.impact === 'critical')
        .map((one) => `${one.id} (${one.impact}): ${one.nodes.map((node) => node.target.join(' ')).slice(0, 3).join('; ')}`),
      over: document.documentElement.scrollWidth - window.innerWidth,
      headings: document.querySelectorAll('h1').length,
      title: document.title,
      styled: getComputedStyle(document.querySelector('.wm-header, .govuk-generic-header, header')).backgroundColor
    }
  }, axe)
  const faults = [...found.violations]
  if (found.over > 0) faults.push(`${found.over} pixels wider than the screen`)
  if (found.headings !== 1) faults.push(`${found.headings} headings of the first level`)
  if (!/ - Waymark$/.test(found.title)) faults.push(`the title is "${found.title}"`)
  if (found.styled === 'rgba(0, 0, 0, 0)') faults.push('the style sheet is not there')
  return { faults, title: found.title }
}

/** What the Nu HTML checker says of documents by name: pairs of a name and a fault. */
export function faultsOfMarkup (documents) {
  const folder = mkdtempSync(join(tmpdir(), 'waymark-markup-'))
  const names = new Map()
  for (const [name, html] of documents) {
    const file = `${names.size}.html`
    names.set(file, name)
    writeFileSync(join(folder, file), html)
  }
  const jar = join(root, 'node_modules/vnu-jar/build/dist/vnu.jar')
  let report
  try {
    execFileSync('java', ['-jar', jar, '--format', 'json', '--errors-only', folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    report = JSON.parse(String(error.stderr))
  }
  rmSync(folder, { recursive: true })
  return (report?.messages ?? []).map((one) =>
    [names.get(one.url.split('/').pop()), `${one.message} ${one.extract ?? ''}`.replace(/\s+/g, ' ')])
}

export class Journey {
  #origin
  #documents = new Map() // by what they are: one of each path and title
  #coming = []

  constructor (origin) {
    this.#origin = origin
  }

  /** Keeps every page of ours that this context is answered with. */
  follow (context) {
    context.on('response', (answer) => {
      const url = new URL(answer.url())
      const type = answer.headers()['content-type'] ?? ''
      if (url.origin === this.#origin && type.startsWith('text/html')) this.#coming.push(this.#keep(url, answer))
    })
    return context
  }

  async #keep (url, answer) {
    const html = await answer.text().catch(() => null) // gone on before it was read
    if (html === null) return
    const name = `${url.pathname.replace(/[0-9A-Za-z_-]{22,}/g, '…')}: ${/<title>([^<]*)/.exec(html)?.[1]}`
    this.#documents.set(name, { url: url.href, html })
  }

  /** Measures what was kept: how many pages, and what is wrong with them. */
  async measure (browser) {
    // of a page that was left too soon nothing comes any more
    await Promise.race([Promise.all(this.#coming), new Promise((resolve) => setTimeout(resolve, 2000))])
    const faults = faultsOfMarkup([...this.#documents].map(([name, { html }]) => [name, html]))
    for (const width of widths) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, bypassCSP: true })
      const page = await context.newPage()
      for (const [name, { url, html }] of this.#documents) {
        await page.route(url, (route) => route.fulfill({ contentType: 'text/html; charset=utf-8', body: html }))
        await page.goto(url)
        const found = await faultsOfPage(page)
        faults.push(...found.faults.map((text) => [`${name} at ${width}`, text]))
        await page.unroute(url)
      }
      await context.close()
    }
    return { names: [...this.#documents.keys()], faults }
  }
}
