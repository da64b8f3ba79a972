// One child from a first concern to a safe exit, by five people in real forms, with JavaScript off.
// After every step the case page must show the duties of tests/acceptance/journey.json, neither more nor fewer.
import { Table, shown } from './duties.mjs'
import { check, fillFields, journey, openBrowser, run, same, serve, signIn } from './support.mjs'

const script = process.argv.includes('--with-script')
const server = await serve()
const browser = await openBrowser()
const pages = {}
const table = new Table()
let casePath
let meeting

const words = async (page) => (await page.innerText('main')).replace(/\s+/g, ' ')

async function compare (page, step) {
  await page.goto(casePath)
  same(`duties after “${step.name}”`, await shown(page), table.page(new Date().toISOString()))
}

/** One thing a page; half-way it is saved and gone back to, as somebody does who is called away. */
async function refer (page, step) {
  await page.goto('/')
  await page.goto('/referral/new')
  await page.click('main button:has-text("Start")')
  const seen = []
  for (let i = 0; i < 40 && !(await page.title()).includes('Check your answers'); i++) {
    const here = new URL(page.url()).pathname
    if (seen.at(-1) === here) {
      check('the referral goes on', false, `${here}: ${await words(page)}`)
      return
    }
    seen.push(here)
    await fillFields(page, journey.child, 'c-')
    await fillFields(page, step.fields)
    if (seen.length === 8) {
      await page.click('button:has-text("Save and come back later")')
      same('saved, and back at my work', new URL(page.url()).pathname, '/')
      await page.click('main a[href^="/drafts/"]')
      await page.click('main a:has-text("Go on with it")')
      same('the draft opens where it was left', new URL(page.url()).pathname, here)
    }
    await page.click('button:has-text("Save and continue")')
  }
  const answers = await words(page)
  for (const text of ['Keira', 'Holloway', '20 November 2008', 'LE10 9ZZ', 'Her mother is told when Keira is found.', '30 March 2024 at 4:40pm', 'Gifts']) {
    check('check your answers', answers.includes(text), `${text} is not in ${answers}`)
  }
  await page.click('button:has-text("Send the referral")')
  casePath = new URL(page.url()).pathname.replace(/\/referred$/, '')
  const sent = await words(page)
  check('a reference at the end', sent.includes(casePath.split('/').pop()), sent)
  check('what happens next is said', sent.includes('31 March 2024 at 5:40pm'), sent)
}

async function record (page, step) {
  if (step.of_meeting) {
    await page.goto(`${casePath}/meetings/${meeting}/actions`)
  } else if (step.type === 'correction') {
    await page.goto(`${casePath}/entries/${step.fields.corrects}/correct`)
  } else {
    await page.goto(`${casePath}/record`)
    await page.click(`main a[href="${casePath}/record/${step.type}"]`)
  }
  const correction = step.type === 'correction'
  const fields = correction ? { ...step.fields.fields, _reason: step.fields.reason } : { occurred_at: step.occurred_at, ...step.fields }
  if (step.of_meeting) delete fields.occurred_at
  const left = await fillFields(page, fields)
  same(`what the form of “${step.name}” does not ask`, left, [])
  await page.click(step.of_meeting ? 'button:has-text("Add the action")' : 'main form button.govuk-button:not(.govuk-button--secondary)')
}

async function take (step, sequence) {
  pages[step.who] ??= await signIn(browser, server, step.who, { script })
  const page = pages[step.who]
  if (step.type === 'referral') {
    await refer(page, step)
  } else {
    await record(page, step)
    if (step.refused) {
      const text = await words(page)
      for (const paragraph of step.refused) {
        check(`${step.name}: says why, by paragraph ${paragraph}`, page.url().includes('/record/') && text.includes(paragraph), text)
      }
      for (const value of Object.values(step.fields).filter((one) => typeof one === 'string' && one.includes(' '))) {
        const kept = await page.locator('main textarea, main input').evaluateAll((all) => all.map((one) => one.value))
        check(`${step.name}: what was typed is kept`, kept.includes(value), value)
      }
    } else {
      const faults = await page.locator('.govuk-error-summary').allInnerTexts()
      same(`${step.name} is recorded`, faults, [])
      check(`${step.name} says that it is recorded`, step.of_meeting || /recorded/.test(await words(page)), page.url())
    }
  }
  if (!step.refused && step.type === 'meeting-held') meeting = sequence
  table.take(step)
  await compare(page, step)
}

const parts = {}
let sequence = 0
journey.steps.forEach((step) => {
  if (!step.refused) sequence++
  const at = sequence
  parts[`${at}. ${step.name} (${step.who})`] = () => take(step, at)
})
parts['the case is closed, and every entry is on it'] = async () => {
  const page = pages['duty-manager']
  await page.goto(casePath)
  check('closed', (await words(page)).includes('Closed'))
  await page.goto(`${casePath}/chronology`)
  const chronology = await words(page)
  check('the chronology has the closing', chronology.includes('Keira has been safe for nine months'), chronology.slice(0, 500))
}
parts['no page broke its own policy'] = async () => {
  for (const page of Object.values(pages)) same('faults of scripts and policies', page.faults, [])
}
await run(parts)
await browser.close()
await server.stop()
