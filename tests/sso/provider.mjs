// Single sign-on with a provider that others use (npm oidc-provider), in Chromium, with scripts and without: its host
// is another site than ours, so that the browser keeps back what a real one keeps back. Loopback only.
//   provider.mjs WAYMARK [FOLDER for pictures]
import { execFile } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Provider from 'oidc-provider'
import { Journey } from '../browser/audit.mjs'
import { Server, check, openBrowser, root, run, same, totp } from '../browser/support.mjs'

const pictures = process.argv[3]
const secret = 'a secret & of: both / sides'

// ---- the provider

const people = {
  ann: { name: 'Ann Example', groups: ['cse-team'] },
  kay: { name: 'Kay Keeper', groups: ['cse-invited'] },
  gil: { name: 'Gil Guardian', groups: ['cse-invited'] },
  sam: { name: 'Sam Stranger', groups: [] }
}
const jwk = { ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'ES256' }
const server = await new Server(process.env.WAYMARK ?? process.argv[2], { factors: 2 }).start()
const listener = http.createServer()
await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve))
const issuer = `http://localhost:${listener.address().port}`
const rsa = { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid: 'two', use: 'sig', alg: 'RS256' }
const provider = new Provider(issuer, {
  jwks: { keys: [jwk, rsa] },
  clients: [{
    client_id: 'waymark',
    client_secret: secret,
    redirect_uris: [`${server.url}/sign-in/from/police`],
    post_logout_redirect_uris: [`${server.url}/signed-out`],
    id_token_signed_response_alg: 'ES256'
  }],
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ['sub', 'name', 'groups', 'preferred_username', 'amr', 'auth_time'] },
  cookies: { keys: ['for a test'] },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  interactions: { url: (context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (context, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id, ...people[id] }) }),
  async loadExistingGrant (context) {
    const grant = new context.oidc.provider.Grant({ clientId: context.oidc.client.clientId, accountId: context.oidc.session.accountId })
    grant.addOIDCScope('openid profile')
    grant.addOIDCClaims(['name', 'groups', 'preferred_username'])
    await grant.save()
    return grant
  }
})

const form = (uid) => `<!doctype html><html lang="en"><title>Police</title><form method="post" action="/interaction/${uid}">
  <label>Who <input name="who"></label><label>How <input name="how"></label><button>Sign in</button></form>`

async function interact (request, response) {
  const uid = request.url.split('/')[2]
  if (request.method === 'GET') return response.writeHead(200, { 'Content-Type': 'text/html' }).end(form(uid))
  let text = ''
  for await (const part of request) text += part
  const given = new URLSearchParams(text)
  return provider.interactionFinished(request, response, { login: { accountId: given.get('who'), amr: given.get('how').split(' ') } })
}
const callback = provider.callback()
listener.on('request', (request, response) => {
  const done = request.url.startsWith('/interaction/') ? interact(request, response) : callback(request, response)
  Promise.resolve(done).catch((error) => { console.error(error); response.destroy() })
})

// ---- the program

const link = (name, ...words) => new URL(server.call('account', ...words, '--data', server.data, name).trim(), server.url).pathname
const invited = link('kay', 'add', '--role', 'administrator', '--agency', 'police', '--name', 'Kay Keeper')
const keeper = link('gil', 'add', '--role', 'agency-administrator', '--agency', 'police', '--name', 'Gil Guardian')
const file = join(server.data, 'sso.yaml')
writeFileSync(join(server.data, 'police.secret'), secret + '\n', { mode: 0o600 })
writeFileSync(file, `link: ${server.url}
providers:
  - id: police
    title: Leicestershire Police
    agency: police
    issuer: ${issuer}
    http_on_this_machine: true
    client: waymark
    secret_file: police.secret
    algorithms: [ES256]
    second_factor: {amr: [mfa]}
    roles:
      - when: {groups: cse-team}
        role: police-officer
        makes_account: true
      - when: {groups: cse-invited}
        role: invited
`)
server.more = ['--sso', file]
await server.crash()
const browser = await openBrowser()
const journey = new Journey(server.url)

/** Somebody's own browser; every page of ours that it shows is measured at the end. */
async function open (options = {}) {
  return journey.follow(await browser.newContext(options))
}

async function picture (page, name) {
  if (!pictures) return
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 })
    await page.screenshot({ path: join(pictures, `${name}-${width}.png`), fullPage: true })
  }
}

/** At the provider: who, and by what. */
async function atProvider (page, who, how) {
  await page.waitForURL(`${issuer}/interaction/**`)
  await page.fill('[name=who]', who)
  await page.fill('[name=how]', how)
  await page.click('button')
}

const heading = (page) => page.locator('h1').innerText()

async function strongly (script) {
  const context = await open({ javaScriptEnabled: script })
  const page = await context.newPage()
  await page.goto(`${server.url}/directory`)
  await picture(page, 'sso-sign-in')
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'ann', 'pwd mfa')
  await page.waitForURL(`${server.url}/directory`)
  check('signed in, and at the page that was asked for', /Directory/.test(await heading(page)))
  const cookies = await context.cookies(server.url)
  check('the session is for this site alone', cookies.some((one) => one.name === 'waymark_session' && one.sameSite === 'Strict' && one.httpOnly))
  check('nothing of the trip is left', !cookies.some((one) => one.name === 'waymark_sso'))
  await page.goto(`${server.url}/`)
  check('as who they are', (await page.content()).includes('Ann Example'))
  await page.click('text=Sign out')
  await page.waitForURL(`${server.url}/signed-out**`)
  await picture(page, 'sso-signed-out')
  await page.click('text=Sign out of Leicestershire Police')
  await page.waitForURL(`${issuer}/session/end**`)
  check('the way out is of the provider', (await page.content()).includes('logout'))
  await context.close()
}

async function refusals () {
  const context = await open({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${server.url}/sign-in`)
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'kay', 'pwd mfa')
  await page.waitForSelector('text=You have no account here yet')
  await picture(page, 'sso-unknown')
  check('who was not invited learns whom to ask', /administrator of your\s+organisation/.test(await page.innerText('main')))
  await page.goBack()
  await page.goto(`${server.url}/sign-in/from/police?code=x&state=y`)
  await page.waitForSelector('text=could not be taken')
  await picture(page, 'sso-refused')
  await context.close()
}

async function weakly () {
  const context = await open()
  const page = await context.newPage()
  await page.goto(server.url + invited)
  await picture(page, 'sso-invitation')
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'kay', 'pwd')
  // one factor there: the second is ours, made now that the invitation is young
  await page.waitForSelector('text=Set up')
  await picture(page, 'sso-second')
  same('no session yet', (await context.cookies(server.url)).filter((one) => one.name === 'waymark_session').length, 0)
  const html = await page.content()
  const key = /govuk-inset-text">\s*([A-Z2-7 ]+)/.exec(html)?.[1]
  check('a second factor can be set up', Boolean(key), html.slice(0, 400))
  await page.fill('[name=code]', totp(key))
  await page.locator('form', { has: page.locator('[name=code]') }).locator('button').click()
  await page.goto(`${server.url}/my-account`)
  check('and then it is a session', /account/i.test(await heading(page)))
  await context.close()
  // and asked for the next time
  const later = await open()
  const other = await later.newPage()
  await other.goto(`${server.url}/sign-in`)
  await other.click('text=Sign in with Leicestershire Police')
  await atProvider(other, 'kay', 'pwd')
  await other.waitForSelector('text=Show that it is you')
  same('no session by the provider alone', (await later.cookies(server.url)).filter((one) => one.name === 'waymark_session').length, 0)
  await later.close()
}

/** Before a dangerous act the provider asks again who it is, and only of the person whose session it is. */
async function again () {
  const context = await open({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${server.url}/sign-in`)
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'kay', 'pwd mfa')
  await page.waitForURL(`${server.url}/accounts`)
  const session = async () => (await context.cookies(server.url)).find((one) => one.name === 'waymark_session').value
  const before = await session()
  await page.goto(`${server.url}/confirm?next=/accounts`)
  await picture(page, 'sso-confirm')
  await page.click('text=Confirm with Leicestershire Police')
  await atProvider(page, 'kay', 'pwd mfa')
  await page.waitForURL(`${server.url}/accounts`)
  check('the session goes on under another token', (await session()) !== before)
  const proved = await session()
  await page.goto(`${server.url}/confirm?next=/accounts`)
  await page.click('text=Confirm with Leicestershire Police')
  await atProvider(page, 'ann', 'pwd mfa')
  await page.click('noscript button') // the provider's own: it ends the session of the other person first
  await page.waitForSelector('text=belongs to another organisation, or to')
  same('another person proves nothing', await session(), proved)
  await context.close()
}

/** What was typed when the session had ended stays on its page while the other tab signs in. */
async function kept () {
  const context = await open({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${server.url}/sign-in`)
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'ann', 'pwd mfa')
  await page.waitForURL(`${server.url}/`)
  await page.goto(`${server.url}/referral/new`)
  await page.locator('main form button').first().click()
  await page.fill('[name=c-given_name]', 'Kept')
  await context.clearCookies({ name: 'waymark_session' })
  await page.locator('main form button').first().click()
  await page.waitForSelector('text=What you typed is kept')
  const [tab] = await Promise.all([context.waitForEvent('page'), page.click('text=Sign in with Leicestershire Police')])
  await tab.waitForURL(`${server.url}/signed-in`)
  check('the other tab says to come back', /Close this tab/.test(await tab.innerText('main')))
  await page.click('text=I have signed in')
  await page.waitForSelector('text=Send it again')
  check('nothing was lost', (await page.content()).includes('Kept'))
  await context.close()
}

async function command () {
  // not server.call: this program is the provider that is asked
  const { stdout: said } = await promisify(execFile)(server.waymark, ['check-sso', '--ask', file], { cwd: root })
  check('the settings are checked, and the provider asked', /police \(Leicestershire Police\)/.test(said) && /answers; 2 keys; names itself/.test(said), said)
  check('and what to register is said', said.includes(`${server.url}/sign-in/from/police`))
  const wrong = join(server.data, 'wrong.yaml')
  writeFileSync(wrong, readFileSync(file, 'utf8').replace('role: police-officer', 'role: nonesuch'))
  const refused = await promisify(execFile)(server.waymark, ['check-sso', wrong], { cwd: root }).catch((error) => error)
  same('a fault ends it', refused.code, 1)
  check('and names its line', /wrong\.yaml:13: provider 'police': there is no role 'nonesuch'/.test(refused.stderr), refused.stderr)
}

/** The agency's own administrator parts an account from its provider: the open session ends, and who comes back by
 * it does not come back to that account. */
async function partedByAPerson () {
  const theirs = await open({ javaScriptEnabled: false })
  const ann = await theirs.newPage()
  const signIn = async () => {
    await ann.goto(`${server.url}/sign-in`)
    await ann.click('text=Sign in with Leicestershire Police')
    await atProvider(ann, 'ann', 'pwd mfa')
  }
  await signIn()
  await ann.waitForURL(`${server.url}/`)
  const context = await open()
  const page = await context.newPage()
  await page.goto(server.url + keeper)
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'gil', 'pwd mfa')
  await page.waitForURL(`${server.url}/accounts`)
  await page.click('main a:has-text("Ann Example")')
  const account = page.url()
  check('it says by whom they sign in', /Signs in by\s+Leicestershire Police/.test(await page.innerText('main')))
  await picture(page, 'sso-account')
  await page.click('button:has-text("Part it from Leicestershire Police")')
  await page.waitForSelector('text=The account is parted')
  check('and then by nobody', /Signs in by\s+Waymark/.test(await page.innerText('main')))
  same('with nothing more to part', await page.locator('button:has-text("Part it")').count(), 0)
  check('the history says who did it', /Gil Guardian/.test(await page.innerText('.moj-timeline__item >> nth=0')))
  await ann.goto(`${server.url}/`)
  check('their session has ended', ann.url().includes('/sign-in'), ann.url())
  await theirs.clearCookies()
  await signIn()
  await ann.waitForURL(`${server.url}/`) // the settings make an account for whoever is new
  await ann.goto(`${server.url}/my-account`)
  check('whoever comes from there now gets another account', !/User name\s+ann\s/.test(await ann.innerText('main')))
  await page.goto(account)
  check('and not the one that was parted', /Signs in by\s+Waymark/.test(await page.innerText('main')))
  await page.goto(account.replace(/[^/]+$/, 'kay'))
  same('an administrator of all agencies is not theirs to part', await page.locator('button:has-text("Part it")').count(), 0)
  await context.close()
  await theirs.close()
}

async function noRole () {
  const context = await open({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${server.url}/sign-in`)
  await page.click('text=Sign in with Leicestershire Police')
  await atProvider(page, 'sam', 'pwd mfa')
  await page.waitForSelector('h1:has-text("You have no access")')
  await picture(page, 'sso-no-role')
  check('who has no role here learns whom to ask', /Ask the administrator/.test(await page.innerText('main')))
  await context.close()
}

async function measured () {
  const { names, faults } = await journey.measure(browser)
  check('every page of the way was seen', names.length >= 12, names.join('\n'))
  faults.forEach(([where, what]) => check(where, false, what))
}

/** An account that is parted from its provider is nobody's there any more. */
async function parted () {
  const context = await open({ javaScriptEnabled: false })
  const page = await context.newPage()
  const signIn = async () => {
    await page.goto(`${server.url}/sign-in`)
    await page.click('text=Sign in with Leicestershire Police')
    await atProvider(page, 'kay', 'pwd mfa')
  }
  await signIn()
  await page.waitForURL(`${server.url}/accounts`)
  server.call('account', 'part', '--data', server.data, 'kay')
  await page.goto(`${server.url}/accounts`)
  check('the session has ended', page.url().includes('/sign-in'), page.url())
  await context.clearCookies()
  await signIn()
  await page.waitForSelector('text=You have no account here yet')
  check('and nobody is signed in', !(await context.cookies(server.url)).some((one) => one.name === 'waymark_session'))
  await context.close()
}

await run({
  'with two factors there': () => strongly(true),
  'without scripts': () => strongly(false),
  refusals,
  'with one factor there': weakly,
  'proving again': again,
  'what was typed': kept,
  'the command line': command,
  'somebody without a role': noRole,
  'parted by the administrator of the agency': partedByAPerson,
  parted,
  'every page, by axe and the Nu checker': measured
})
await browser.close()
await server.stop()
listener.close()
listener.closeAllConnections()
