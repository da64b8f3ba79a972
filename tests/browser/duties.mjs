// The table of duties of tests/acceptance/journey.json, step by step, and what the case page shows of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './support.mjs'

/** Titles of duties and paragraphs are data of the pack; the table names duties by their id. */
function titles () {
  const text = readFileSync(join(root, 'procedures/llr-chapter-11/duties.yaml'), 'utf8')
  return new Map([...text.matchAll(/- id: (\S+)\n(?:.*\n)*?\s+title: (.+)\n/g)].map(([, id, title]) => [id, title]))
}

const title = titles()

/** "31 March 2024 at 5:40pm", in the zone of the pack. */
export function localTime (text) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London', day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit', hourCycle: 'h23'
  }).formatToParts(new Date(text)).map((part) => [part.type, part.value]))
  const hour = Number(parts.hour)
  return `${parts.day} ${parts.month} ${parts.year} at ${hour % 12 === 0 ? 12 : hour % 12}:${parts.minute}${hour < 12 ? 'am' : 'pm'}`
}

export class Table {
  rows = new Map()

  take (step) {
    for (const row of step.begin ?? []) this.rows.set(row.id, { ...row, met_at: null, late: false })
    for (const row of step.move ?? []) Object.assign(this.rows.get(row.id), row)
    for (const row of step.meet ?? []) Object.assign(this.rows.get(row.id), row)
  }

  /** What the case page must show now: one text a duty, sorted. Minutes are all that a page shows of a time. */
  page (now) {
    return [...this.rows.values()].map((row) => {
      const name = `${title.get(row.duty)}${row.about ? ': ' + row.about : ''} | ${row.paragraph}`
      if (row.met_at !== null) {
        return `${name} | ${row.late ? 'Met late' : 'Met'} | ${localTime(row.met_at)} | begun ${localTime(row.begun_at)}`
      }
      if (row.due_at === null) return `${name} | To do | as soon as possible`
      return `${name} | ${now > row.due_at ? 'Overdue' : 'To do'} | due ${localTime(row.due_at)}`
    }).sort()
  }
}

/** The duties that a case page shows, in the same words. */
export async function shown (page) {
  const tables = await page.evaluate(() => Object.fromEntries([...document.querySelectorAll('main h2')].map((heading) => {
    let next = heading.nextElementSibling
    while (next && next.tagName !== 'H2' && !next.matches('table') && !next.querySelector('table')) next = next.nextElementSibling
    const table = next && next.tagName !== 'H2' ? (next.matches('table') ? next : next.querySelector('table')) : null
    const clean = (text) => text.replace(/\s+/g, ' ').trim()
    const cell = (element) => {
      const under = clean(element.querySelector('.wm-under')?.textContent ?? '')
      const all = clean(element.textContent)
      return { text: clean(under && all.endsWith(under) ? all.slice(0, -under.length) : all), under }
    }
    return [clean(heading.textContent), table ? [...table.querySelectorAll('tbody tr')].map((row) => [...row.children].map(cell)) : []]
  })))
  const number = (cell) => cell.under.replace(/^.*?(\d+\.\d+).*$/, '$1')
  const open = (tables['What next'] ?? []).map(([what, left]) => {
    const due = /due (.+)$/.exec(left.under)
    return `${what.text} | ${number(what)} | ${left.text.replace('Due soon', 'To do')} | ${due ? 'due ' + due[1] : left.under}`
  })
  const done = (tables['What was done'] ?? []).map(([what, ended, begun]) =>
    `${what.text} | ${number(what)} | ${ended.text} | ${/^on (.+?m)(,|$)/.exec(ended.under)?.[1] ?? ended.under} | begun ${begun.text}`)
  return [...open, ...done].sort()
}
