// What people expect of every page: nothing typed is lost, nothing is recorded twice, nobody overwrites anybody.
import { Client, check, fillFields, fillSignIn, openBrowser, run, same, serve, signIn, typeSignIn } from './support.mjs'

const server = await serve()
const browser = await openBrowser()
const nurse = await new Client(server).signedIn('school-nurse')
const worker = await new Client(server).signedIn('social-worker')
const manager = await new Client(server).signedIn('duty-manager')

const path = (page) => new URL(page.url()).pathname
const words = (text) => text.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')
const said = async (page) => (await page.innerText('main')).replace(/\s+/g, ' ')

/** How many entries a case has: the form of a new one says on which it is begun. */
async function sequenceOf (casePath, client = worker) {
  return Number((await client.get(`${casePath}/record/child-views`)).hidden('_seq'))
}

async function chronologyOf (casePath) {
  return words((await worker.get(`${casePath}/chronology`)).text)
}

/** A referral begun in the browser, up to the page about the concern, with its narrative typed and saved. */
async function beginReferral (page, given, narrative) {
  await page.goto('/referral/new')
  await page.click('main button:has-text("Start")')
  const draft = path(page).split('/')[2]
  await fillFields(page, { given_name: given, family_name: 'Draft' }, 'c-')
  await page.click('button:has-text("Save and continue")')
  await page.goto(`/referral/${draft}/concern`)
  await page.fill('[name=narrative]', narrative)
  await page.click('button:has-text("Save and continue")')
  return draft
}

async function narrativeOf (page, draft) {
  await page.goto('/')
  await page.click(`main a[href="/drafts/${draft}"]`)
  await page.click('main a:has-text("Go on with it")')
  await page.goto(`/referral/${draft}/concern`)
  return page.inputValue('[name=narrative]')
}

async function aDraftSurvives () {
  const text = 'Line one “quoted” & <b>bold</b>\n\nÖlüm, Łódź, 名前'
  let page = await signIn(browser, server, 'school-nurse')
  const draft = await beginReferral(page, 'Survivor', text)
  await page.click('button:has-text("Sign out")')
  await fillSignIn(page, 'school-nurse')
  same('after signing out and in', await narrativeOf(page, draft), text)
  await server.crash()
  same('after kill -9, still signed in', await narrativeOf(page, draft), text)
  await page.context().close()
  page = await signIn(browser, server, 'school-nurse', { script: false })
  same('after the browser was closed', await narrativeOf(page, draft), text)
  await page.context().close()
  same('nobody else sees it', (await worker.get(`/referral/${draft}/concern`)).status, 404)
  same('nor on the draft\'s own page', (await worker.get(`/drafts/${draft}`)).status, 404)
}

async function possibleMatches () {
  const known = await nurse.refer('Jessica', 'Marlowe', ['2009', '5', '17'])
  const page = await signIn(browser, server, 'school-nurse')
  for (const [given, family, born] of [['Jessica', 'Marlowe', '2009-05-17'], ['Jessika', 'Marlow', '2009-05-17']]) {
    await page.goto('/referral/new')
    await page.click('main button:has-text("Start")')
    const draft = path(page).split('/')[2]
    await fillFields(page, { given_name: given, family_name: family }, 'c-')
    await page.click('button:has-text("Save and continue")')
    await fillFields(page, { date_of_birth: born }, 'c-')
    await page.click('button:has-text("Save and continue")')
    await page.goto(`/referral/${draft}/possible-matches`)
    check(`${given} ${family}: the known child is shown`, (await said(page)).includes('Jessica Marlowe'), await said(page))
    await page.click('button:has-text("Save and continue")')
    check(`${given} ${family}: it must be answered`, (await said(page)).includes('Choose the child, or that it is none of these'))
    await page.check(`input[name=same][value="${known.split('/').pop()}"]`)
    await page.click('button:has-text("Save and continue")')
    await fillFields(page, { narrative: 'Seen again with the same adult.' })
    for (const [step, fields] of Object.entries({
      concern: { narrative: 'Seen again with the same adult.' },
      involvement: { involvement: 'likely' },
      danger: { immediate_danger: 'no' },
      notified: { notified_at: '2024-03-05T11:00' },
      parents: { parents_informed: 'yes' }
    })) {
      await page.goto(`/referral/${draft}/${step}`)
      await fillFields(page, fields)
      await page.click('button:has-text("Save and continue")')
    }
    const before = await sequenceOf(known)
    await page.goto(`/referral/${draft}/check`)
    await page.click('button:has-text("Send the referral")')
    same(`${given} ${family}: the referral is on the known record`, path(page), `${known}/referred`)
    same(`${given} ${family}: one entry more`, await sequenceOf(known), before + 1)
  }
  await page.context().close()
}

async function wrongInput () {
  const casePath = await nurse.refer('Wrong', 'Input', ['2010', '1', '2'])
  for (const script of [true, false]) {
    const page = await signIn(browser, server, 'duty-manager', { script })
    await page.goto(`${casePath}/record/referral-decision`)
    const typed = { reasons: 'A long reason, "quoted" & kept.', agreed_by: 'Parveen', child_views: 'Their own words' }
    await fillFields(page, typed)
    await page.fill('[name=occurred_at-day]', '31')
    await page.fill('[name=occurred_at-month]', '2')
    await page.fill('[name=occurred_at-year]', '2024')
    await page.click('button:has-text("Record")')
    const how = script ? 'with script' : 'without script'
    check(`${how}: a summary of the faults`, await page.locator('.govuk-error-summary').count() === 1)
    const links = await page.locator('.govuk-error-summary a').evaluateAll((all) => all.map((one) => one.getAttribute('href')))
    check(`${how}: it leads to each field`, links.includes('#occurred_at-day') && links.includes('#initial_assessment') && links.includes('#immediate_danger'), links)
    for (const link of links) check(`${how}: ${link} is on the page`, await page.locator(`[id="${link.slice(1)}"]`).count() === 1)
    for (const name of ['occurred_at', 'initial_assessment', 'immediate_danger']) {
      check(`${how}: the error stands beside ${name}`, await page.locator(`[id="${name}-error"]`).count() === 1)
    }
    for (const [name, text] of Object.entries(typed)) same(`${how}: ${name} is kept`, await page.inputValue(`[name=${name}]`), text)
    same(`${how}: the impossible day is kept too`, await page.inputValue('[name=occurred_at-day]'), '31')
    check(`${how}: the title says that there is an error`, /^Error: /.test(await page.title()), await page.title())
    same(`${how}: nothing was recorded`, await sequenceOf(casePath), 1)
    await page.context().close()
  }
}

async function backButton () {
  const casePath = await nurse.refer('Back', 'Button', ['2010', '1', '2'])
  const page = await signIn(browser, server, 'duty-manager')
  await page.goto(`${casePath}/record/child-views`)
  await fillFields(page, { views: 'Once only.', how_obtained: 'At school' })
  await page.click('button:has-text("Record")')
  same('recorded', path(page), casePath)
  await page.waitForLoadState() // before it, the browser may not yet have the page in its history
  await page.goBack()
  await page.waitForURL((url) => url.pathname === `${casePath}/record/child-views`)
  await fillFields(page, { views: 'Once only.', how_obtained: 'At school' })
  await page.click('main form button:has-text("Record")')
  const first = await sequenceOf(casePath)
  check('going back and sending the same again records at most what was asked', first <= 3)
  await page.context().close()

  const form = await manager.get(`${casePath}/record/child-views`)
  const fields = { _csrf: form.csrf, _form: form.form, _seq: form.hidden('_seq'), _draft: '', views: 'The same form twice.', how_obtained: 'By telephone' }
  const before = await sequenceOf(casePath)
  const one = await manager.post(form.path, fields)
  const two = await manager.post(form.path, fields)
  same('the same form again is answered as the first time', [two.status, two.location], [one.status, one.location])
  same('and makes no second entry', await sequenceOf(casePath), before + 1)
}

/** Sends a form that is refused, and waits until its script has run. */
async function refused (page, button) {
  await page.click(`button:has-text("${button}")`)
  await page.waitForSelector('.govuk-error-summary')
  await page.waitForLoadState()
}

async function backToARefusedForm () {
  const casePath = await nurse.refer('Back', 'Refused', ['2010', '1', '2'])
  const page = await signIn(browser, server, 'social-worker')
  const form = `${casePath}/record/child-views`
  await page.goto(form)
  await fillFields(page, { views: 'Wants the same worker.', how_obtained: 'On a walk' })
  await page.fill('[name=occurred_at-day]', '31')
  await page.fill('[name=occurred_at-month]', '2')
  await refused(page, 'Record')
  await page.goto(`${casePath}/chronology`)
  await page.goBack()
  same('back at the form', path(page), form)
  const draft = new URL(page.url()).searchParams.get('draft')
  same('with what was typed', await page.inputValue('[name=views]'), 'Wants the same worker.')
  same('and the day that is none', await page.inputValue('[name=occurred_at-day]'), '31')
  await page.reload()
  same('read again, too', await page.inputValue('[name=views]'), 'Wants the same worker.')
  await page.fill('[name=occurred_at-day]', '1')
  await page.click('button:has-text("Record")')
  same('mended, it is recorded', path(page), casePath)
  await page.waitForLoadState()
  check('no draft is left over', !(await worker.get('/')).text.includes(`/drafts/${draft}`))
  await page.goBack()
  await page.waitForURL((url) => url.pathname === form)
  check('gone back to once more, the form is a new one and says so', (await said(page)).includes('This draft is not here any more'), await said(page))
  same('and holds nothing of it', await page.inputValue('[name=views]'), '')
  // the child's details, a correction, and the first page of a referral
  await page.goto(`${casePath}/details`)
  await page.fill('[name=date_of_birth-year]', '20100')
  await refused(page, 'Change the details')
  await page.goto(casePath)
  await page.goBack()
  same('the details are gone back to as well', [path(page), await page.inputValue('[name=date_of_birth-year]')], [`${casePath}/details`, '20100'])
  await page.goto(`${casePath}/entries/2/correct`)
  await page.fill('[name=_reason]', 'Misheard')
  await refused(page, 'Record the correction')
  await page.goto(casePath)
  await page.goBack()
  same('and a correction', [path(page), await page.inputValue('[name=_reason]')], [`${casePath}/entries/2/correct`, 'Misheard'])
  await page.context().close()
  const referrer = await signIn(browser, server, 'school-nurse')
  await referrer.goto('/referral/new')
  await referrer.click('main button:has-text("Start")')
  const referral = path(referrer).split('/').slice(0, 3).join('/')
  await referrer.goto(`${referral}/notified`)
  await referrer.fill('[name=notified_at-day]', '32')
  await refused(referrer, 'Save and continue')
  await referrer.goto('/')
  await referrer.goBack()
  same('and a page of a referral', [path(referrer), await referrer.inputValue('[name=notified_at-day]')], [`${referral}/notified`, '32'])
  check('which says again what is wrong', await referrer.locator('.govuk-error-summary').count() === 1)
  await referrer.context().close()
}

async function doubleSubmit () {
  const casePath = await nurse.refer('Double', 'Submit', ['2010', '1', '2'])
  for (let round = 0; round < 20; round++) {
    const form = await manager.get(`${casePath}/record/child-views`)
    const before = Number(form.hidden('_seq'))
    const fields = { _csrf: form.csrf, _form: form.form, _seq: form.hidden('_seq'), _draft: '', views: `Round ${round}`, how_obtained: 'Asked' }
    const answers = await Promise.all([1, 2, 3].map(() => manager.post(form.path, fields)))
    same(`round ${round}: each is answered alike`, answers.map((one) => [one.status, one.location]), Array(3).fill([303, answers[0].location]))
    same(`round ${round}: one entry`, await sequenceOf(casePath), before + 1)
  }
  // a whole referral, sent three times at once and once more by the back button
  for (let round = 0; round < 5; round++) {
    let page = await nurse.get('/referral/new')
    const begun = await nurse.post('/referral/new', { _csrf: page.csrf, _form: page.form })
    const draft = begun.location.split('/')[2]
    const answers = { 'c-given_name': `Twice${round}`, 'c-family_name': 'Referred', narrative: 'x', involvement: 'at-risk', immediate_danger: 'no', 'notified_at-day': '4', 'notified_at-month': '3', 'notified_at-year': '2024', 'notified_at-time': '9:00', parents_informed: 'yes' }
    for (const step of ['child-name', 'concern', 'involvement', 'danger', 'notified', 'parents']) {
      page = await nurse.get(`/referral/${draft}/${step}`)
      await nurse.post(page.path, { _csrf: page.csrf, _form: page.form, ...answers })
    }
    page = await nurse.get(`/referral/${draft}/check`)
    const send = () => nurse.post(page.path, { _csrf: page.csrf, _form: page.form })
    const sent = await Promise.all([send(), send(), send()])
    const again = await send()
    const places = new Set([...sent, again].map((one) => `${one.status} ${one.location}`))
    check(`referral ${round}: one case, whoever asks`, places.size === 1 && /^303 .*\/referred$/.test([...places][0]), [...places])
    const back = await nurse.get(page.path)
    same(`referral ${round}: the page gone back to leads to it`, back.location, again.location)
  }
}

async function twoPeople () {
  const casePath = await nurse.refer('Two', 'People', ['2010', '1', '2'])
  for (const script of [true, false]) {
    const one = await signIn(browser, server, 'duty-manager', { script })
    const other = await signIn(browser, server, 'social-worker', { script })
    const how = script ? 'with script' : 'without script'
    await one.goto(`${casePath}/record/child-views`)
    await other.goto(`${casePath}/record/outreach-contact`)
    await fillFields(one, { views: `First ${how}`, how_obtained: 'At the desk' })
    await fillFields(other, { setting: 'Drop-in', summary: `Second ${how}` })
    const before = await sequenceOf(casePath)
    await one.click('button:has-text("Record")')
    await other.click('button:has-text("Record")')
    const shown = await said(other)
    check(`${how}: the second sees the first's`, shown.includes(`First ${how}`), shown)
    same(`${how}: and keeps their own`, await other.inputValue('[name=summary]'), `Second ${how}`)
    same(`${how}: nothing of it is recorded yet`, await sequenceOf(casePath), before + 1)
    await other.click('button:has-text("Record it after reading what is new")')
    const chronology = await chronologyOf(casePath)
    check(`${how}: then both are there`, chronology.includes(`First ${how}`) && chronology.includes(`Second ${how}`), chronology)
    same(`${how}: two entries`, await sequenceOf(casePath), before + 2)
    const drafts = words((await worker.get('/')).text)
    check(`${how}: no draft is left over`, !drafts.includes('Outreach contact'), drafts)
    await one.context().close()
    await other.context().close()
  }
  // many at once: one is recorded, each other is shown what is new and keeps their text
  const forms = await Promise.all([...Array(12)].map(() => manager.get(`${casePath}/record/child-views`)))
  const before = Number(forms[0].hidden('_seq'))
  const answers = await Promise.all(forms.map((form, i) => manager.post(form.path, { _csrf: form.csrf, _form: form.form, _seq: form.hidden('_seq'), _draft: '', views: `Crowd ${i}.`, how_obtained: 'Asked' })))
  same('of twelve at once one is recorded', answers.filter((one) => one.status === 303).length, 1)
  same('the others are conflicts', answers.filter((one) => one.status === 409).length, 11)
  answers.forEach((one, i) => check(`text ${i} is on its page or on the record`, one.status === 303 || one.text.includes(`Crowd ${i}.`)))
  same('one entry more', await sequenceOf(casePath), before + 1)
}

async function sessionEnds () {
  const casePath = await nurse.refer('Session', 'Ends', ['2010', '1', '2'])
  for (const script of [true, false]) {
    const page = await signIn(browser, server, 'social-worker', { script })
    const text = `Typed for an hour, ${script ? 'with' : 'without'} script: “it’s” <kept> & safe`
    await page.goto(`${casePath}/record/child-views`)
    await fillFields(page, { views: text, how_obtained: 'At home' })
    await page.context().clearCookies({ name: 'waymark_session' })
    await page.click('button:has-text("Record")')
    check('it says that one must sign in again', (await said(page)).includes('Sign in again'), await said(page))
    await typeSignIn(page, 'social-worker', 'a wrong password to begin with')
    await typeSignIn(page, 'social-worker')
    check('what was typed is shown', (await said(page)).includes(text), await said(page))
    await page.click('main button:has-text("Send again")')
    check('and recorded', (await chronologyOf(casePath)).includes('Typed for an hour'), await said(page))
    await page.context().close()
  }
}

async function asItStood () {
  const casePath = await nurse.refer('Past', 'Days', ['2010', '1', '2'])
  const page = await signIn(browser, server, 'social-worker', { script: false })
  await page.goto(casePath)
  await page.fill('[name=as_of-day]', '1')
  await page.fill('[name=as_of-month]', '1')
  await page.fill('[name=as_of-year]', '2024')
  await page.click('button:has-text("Show")')
  const past = await said(page)
  check('before it was recorded nothing was known', !past.includes('Came home with a new phone.') && !past.includes('Decide whether'), past)
  check('the page says that it is the past', past.includes('1 January 2024'), past)
  same('nothing can be recorded in the past', await page.locator(`main a[href="${casePath}/record"]`).count(), 0)
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/London' }).format(new Date())
  await page.goto(`${casePath}?as_of=${today}`)
  check('today it is there', (await said(page)).includes('Decide whether an initial assessment is required'))
  await page.goto(`${casePath}?as_of=not-a-day`)
  check('a day that is none is refused, not a fault of the service', (await said(page)).includes('could not be read'), await said(page))
  await page.context().close()
}

async function corrections () {
  const casePath = await nurse.refer('Put', 'Right', ['2010', '1', '2'])
  const page = await signIn(browser, server, 'social-worker', { script: false })
  await page.goto(`${casePath}/record/child-views`)
  await fillFields(page, { views: 'The wrong words.', how_obtained: 'At school' })
  await page.click('button:has-text("Record")')
  await page.goto(`${casePath}/entries/2/correct`)
  same('the form begins with what stands', await page.inputValue('[name=views]'), 'The wrong words.')
  await page.click('button:has-text("Record the correction")')
  check('nothing changed is told', (await said(page)).includes('Nothing was changed'), await said(page))
  await page.fill('[name=views]', 'The right words.')
  await page.fill('[name=_reason]', 'Misheard')
  await page.click('button:has-text("Record the correction")')
  await page.goto(`${casePath}/entries/2`)
  const entry = await said(page)
  check('the corrected entry shows what is right', entry.includes('The right words.'), entry)
  check('and what was written first', entry.includes('The wrong words.'), entry)
  check('and why, and by whom', entry.includes('Misheard') && entry.includes('Tom Okafor'), entry)
  await page.goto(`${casePath}/entries/3`)
  check('the address of the correction leads there too', (await said(page)).includes('The right words.'), await said(page))
  await page.context().close()
}

async function guessing () {
  const outsider = new Client(server, { address: '127.0.0.9' })
  const answers = []
  for (let i = 0; i < 12; i++) answers.push((await outsider.signIn('police-officer', `guess number ${i} of many`)).status)
  check('guessing is slowed', answers.slice(0, 4).every((one) => one === 401) && answers.at(-1) === 429, answers)
  same('even the right password waits there', (await outsider.signIn('police-officer')).status, 429)
  const home = new Client(server)
  same('the officer signs in from elsewhere meanwhile', (await home.signIn('police-officer')).status, 303)
  const device = home.cookies.get('waymark_device')
  check('a device is known after it', Boolean(device))
  const near = new Client(server, { address: '127.0.0.9' })
  near.cookies.set('waymark_device', device)
  same('and a known device signs in even from the outsider\'s address', (await near.signIn('police-officer')).status, 303)
  const unknown = await new Client(server, { address: '127.0.0.8' }).signIn('nobody-of-this-name', 'a password of fifteen')
  const wrong = await new Client(server, { address: '127.0.0.8' }).signIn('social-worker', 'a password of fifteen')
  same('an unknown name is answered like a wrong password', [unknown.status, words(unknown.text).replace('nobody-of-this-name', '')], [wrong.status, words(wrong.text).replace('social-worker', '')])
}

await run({
  'a draft survives signing out, kill -9 and a closed browser': aDraftSurvives,
  'possible matches come before a second record': possibleMatches,
  'wrong input keeps what was typed, with the error beside the field': wrongInput,
  'the back button makes no second record': backButton,
  'one can go back to a form that was refused': backToARefusedForm,
  'a double submit makes one record': doubleSubmit,
  'two people record on one case at once': twoPeople,
  'what was typed outlives the session': sessionEnds,
  'the case as it stood': asItStood,
  'a correction leaves both readable': corrections,
  'guessing is slowed, and locks nobody out': guessing
})
await browser.close()
await server.stop()
