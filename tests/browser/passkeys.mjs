// Two factors in a browser, against the real program without --one-factor: an invited person sets one up before
// anything else; with a passkey they sign in by two actions; without scripts by password and code. Then everything a
// passkey must not do: another site, the same answer twice, a counter that goes back, another person's handle, a
// device that did not ask who it is.
//   passkeys.mjs WAYMARK
import http from 'node:http'

import { Journey } from './audit.mjs'
import { Client, Server, check, openBrowser, run, totp } from './support.mjs'

const password = 'lantern under nine bridges'
const server = await new Server(process.env.WAYMARK ?? process.argv[2], { factors: 2, name: 'localhost' }).start()
const browser = await openBrowser()
const people = {}
const journey = new Journey(server.url)

/** A page of somebody's own with a device of their own. */
async function open (script = true) {
  const context = journey.follow(await browser.newContext({ baseURL: server.url, javaScriptEnabled: script, locale: 'en-GB' }))
  context.setDefaultTimeout(20000)
  const page = await context.newPage()
  page.faults = []
  page.on('console', (message) => { if (/Content Security Policy/.test(message.text())) page.faults.push(message.text()) })
  page.on('pageerror', (error) => page.faults.push(String(error)))
  const device = await context.newCDPSession(page)
  await device.send('WebAuthn.enable')
  const { authenticatorId } = await device.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true }
  })
  return { context, page, device, authenticatorId, close: () => context.close() }
}

function invite (name, role, agency) {
  return new URL(server.call('account', 'add', '--data', server.data, '--role', role, '--agency', agency, '--name',
    name.replace('-', ' '), name).trim(), server.url).pathname
}

async function typePassword (page, name) {
  await page.goto('/sign-in')
  await page.fill('#username', name)
  await page.fill('#password', password)
  await page.click('button[type=submit]:has-text("Sign in")')
}

/** Through the link to the page that asks for a second factor. */
async function arrive (page, name, role, agency) {
  await page.goto(invite(name, role, agency))
  await page.fill('#password', password)
  await page.fill('#password_again', password)
  await page.click('main button[type=submit]')
  await typePassword(page, name)
  await page.waitForURL('**/sign-in/set-up')
}

async function makePasskey (page, title) {
  await page.fill('#title', title)
  await page.click('button:has-text("Make a passkey")')
  await page.waitForSelector('h1:has-text("Your recovery codes")')
}

async function signOut (page) {
  await page.goto('/')
  await page.click('button:has-text("Sign out")')
  await page.waitForURL('**/signed-out')
}

async function anInvitedPerson () {
  const one = await open()
  const { page } = one
  await arrive(page, 'asha-nurse', 'referrer', 'health')
  for (const path of ['/', '/referral/new', '/my-account', '/my-account/sign-in', '/accounts', '/find']) {
    await page.goto(path)
    check(`${path} is not opened by a password alone`, new URL(page.url()).pathname === '/sign-in', page.url())
  }
  await page.goto('/sign-in/set-up')
  await makePasskey(page, 'Work telephone')
  const codes = await page.locator('.wm-codes code').allTextContents()
  check('ten recovery codes are shown', codes.length === 10 && new Set(codes).size === 10, codes.join())
  await page.click('a:has-text("go to my work")')
  check('and then they are in', (await page.textContent('h1')).length > 0 && new URL(page.url()).pathname === '/', page.url())
  check('the half is worth nothing now', await (async () => { await page.goto('/sign-in/set-up'); return new URL(page.url()).pathname })() !== '/sign-in/set-up')
  people.asha = { ...one, codes }
}

async function twoActions () {
  const { page } = people.asha
  await signOut(page)
  await page.goto('/sign-in')
  let actions = 0
  await page.click('button:has-text("Sign in with a passkey")')
  actions++ // press; the device is touched once, which the virtual one does by itself
  actions++
  await page.waitForURL(`${server.url}/`)
  check('signing in took two actions', actions === 2)
  await page.goto('/my-account/sign-in')
  check('the passkey stands in the list', (await page.textContent('main')).includes('Work telephone'))
  check('nothing broke the policy of the page', page.faults.length === 0, page.faults.join('\n'))
}

async function confirming () {
  const { page } = people.asha
  await page.goto('/confirm?next=/my-account/tokens')
  const before = (await page.context().cookies()).find((one) => one.name === 'waymark_session').value
  await page.click('button:has-text("Confirm with a passkey")')
  await page.waitForURL((url) => url.pathname === '/my-account/tokens') // the page before has it in its query
  const after = (await page.context().cookies()).find((one) => one.name === 'waymark_session').value
  check('the session goes on under another token', before !== after)
}

async function theLastIsNotRemoved () {
  const { page } = people.asha
  await page.goto('/my-account/sign-in')
  await page.click('button:has-text("Remove Work telephone")')
  check('the only way to sign in stays', (await page.textContent('.govuk-error-summary')).includes('only way'))
}

// ---- attacks: the answer is taken from the browser and sent by a client that can send anything

async function answerOf (one, { origin = server.url, challengeFor = 'sign-in', cookies, verified = true, verification = 'required' } = {}) {
  const { page, device, authenticatorId } = one
  await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: verified })
  const challenge = JSON.parse((await cookies.get(`/sign-in/challenge?for=${challengeFor}`)).text).challenge
  await page.goto(origin === server.url ? '/signed-out' : origin)
  const answer = await page.evaluate(async ({ challenge, verification }) => {
    const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0))
    const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
    const { rawId, response } = await navigator.credentials.get({ publicKey: { challenge: bytes(challenge), rpId: 'localhost', userVerification: verification } })
    return { id: text(rawId), user: text(response.userHandle), client_data: text(response.clientDataJSON), authenticator_data: text(response.authenticatorData), signature: text(response.signature) }
  }, { challenge, verification })
  await device.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true })
  return { challenge, ...answer }
}

async function clientNow () {
  const client = new Client(server)
  client.form = await client.get('/sign-in')
  return client
}

const send = (client, answer) => client.post('/sign-in/passkey', { _csrf: client.form.csrf, ...answer })
const isIn = async (client) => (await client.get('/my-account')).status === 200
const refusal = (answer) => /The passkey was not taken: ([^<]*?)\. You can/.exec(answer.text)?.[1] ?? `${answer.status} ${answer.text.slice(0, 300)}`

async function refused (what, client, answer, why) {
  const got = await send(client, answer)
  check(`${what} is refused`, got.status === 401 && refusal(got).includes(why), refusal(got))
  check(`${what} begins no session`, !await isIn(client))
}

async function attacks () {
  const { asha } = people
  const good = await clientNow()
  const answer = await answerOf(asha, { cookies: good })
  const thief = await clientNow()
  await refused('an answer in another browser', thief, answer, 'begun elsewhere')
  const first = await send(good, answer)
  check('the same answer in its own browser signs in', first.status === 303 && await isIn(good), first.status)
  const again = new Client(server)
  again.cookies = new Map([...good.cookies].filter(([name]) => name === 'waymark_form'))
  again.form = good.form
  await refused('the same answer once more', again, answer, 'used already')

  const other = http.createServer((request, reply) => { reply.setHeader('Content-Type', 'text/html'); reply.end('<title>x</title>') })
  await new Promise((resolve) => other.listen(0, '127.0.0.1', resolve))
  const phished = await clientNow()
  const elsewhere = await answerOf(asha, { cookies: phished, origin: `http://localhost:${other.address().port}` })
  await refused('one made at another site', phished, elsewhere, 'another site')
  other.close()

  const unasked = await clientNow()
  await refused('one of a device that did not ask who it is', unasked, await answerOf(asha, { cookies: unasked, verified: false, verification: 'discouraged' }), 'did not ask who you are')

  const swapped = await clientNow()
  const mine = await answerOf(asha, { cookies: swapped })
  await refused('one with another person\'s handle', swapped, { ...mine, user: people.ben.user }, 'not known here')
  const changed = await clientNow()
  const whole = await answerOf(asha, { cookies: changed })
  await refused('one with a changed signature', changed, { ...whole, signature: whole.signature.replace(/.(?=.{8}$)/, (sign) => sign === 'A' ? 'B' : 'A') }, 'signature')
  const forConfirming = await clientNow()
  await refused('one made for confirming', forConfirming, await answerOf(asha, { cookies: forConfirming, challengeFor: 'confirm' }), 'begun elsewhere')
}

async function anotherPerson () {
  const one = await open()
  await arrive(one.page, 'ben-police', 'police-officer', 'police')
  await makePasskey(one.page, 'Key on my ring')
  await signOut(one.page)
  people.ben = one
  one.user = (await answerOf(one, { cookies: await clientNow() })).user
}

async function aCounterThatGoesBack () {
  const { ben } = people
  const { credentials } = await ben.device.send('WebAuthn.getCredentials', { authenticatorId: ben.authenticatorId })
  const copy = { ...credentials[0], signCount: 1 }
  const first = await clientNow()
  check('the passkey signs in before', (await send(first, await answerOf(ben, { cookies: first }))).status === 303)
  await ben.device.send('WebAuthn.removeCredential', { authenticatorId: ben.authenticatorId, credentialId: copy.credentialId })
  await ben.device.send('WebAuthn.addCredential', { authenticatorId: ben.authenticatorId, credential: copy })
  const back = await clientNow()
  await refused('a passkey that counts backwards', back, await answerOf(ben, { cookies: back }), 'counts backwards')
  const notices = (await first.get('/notices')).text
  check('its person is told', notices.includes('A passkey of yours was locked'), notices.slice(0, 500))
  const after = await clientNow()
  await refused('a locked passkey', after, await answerOf(ben, { cookies: after }), 'was locked')
  check('and its page says so', (await first.get('/my-account/sign-in')).text.includes('Locked'))
}

async function withoutScripts () {
  const one = await open(false)
  const { page } = one
  await arrive(page, 'cleo-worker', 'social-worker', 'social-care')
  check('no passkey is offered without a script', await page.locator('button:has-text("passkey")').count() === 0)
  const secret = await page.textContent('.govuk-inset-text')
  await page.fill('#code', '123456' === totp(secret) ? '654321' : '123456')
  await page.click('button:has-text("Set up the app")')
  check('a wrong code is said beside its box', (await page.textContent('#code-error')).includes('not right'))
  check('and the same secret stands there', await page.textContent('.govuk-inset-text') === secret)
  await page.fill('#code', totp(secret))
  await page.click('button:has-text("Set up the app")')
  await page.waitForSelector('h1:has-text("Your recovery codes")')
  const codes = await page.locator('.wm-codes code').allTextContents()
  await signOut(page)
  await typePassword(page, 'cleo-worker')
  await page.fill('#code', totp(secret, 1))
  await page.click('button:has-text("Go on")')
  await page.waitForURL(`${server.url}/`)
  await signOut(page)
  await typePassword(page, 'cleo-worker')
  await page.fill('#code', codes[2].toUpperCase())
  await page.click('button:has-text("Go on")')
  await page.waitForURL(`${server.url}/`)
  await one.close()
}

async function measured () {
  const { names, faults } = await journey.measure(browser)
  check('the pages of signing in were seen', names.length >= 10, names.join('\n'))
  faults.forEach(([where, what]) => check(where, false, what))
}

await run({
  'an invited person makes a passkey before anything else': anInvitedPerson,
  'signing in takes two actions': twoActions,
  'showing again who it is': confirming,
  'the last way to sign in': theLastIsNotRemoved,
  'another person': anotherPerson,
  'what a passkey must not do': attacks,
  'a counter that goes back': aCounterThatGoesBack,
  'without scripts, by password and code': withoutScripts,
  'every page, by axe and the Nu checker': measured
})
await browser.close()
await server.stop()
