// Every way in, as it stands in the tables of routes: whoever has one factor only (the password, a link, the mailbox)
// gets no session and no answer of the API from any of them. Then who has both is let in, and the store holds no
// session that was begun with less.
//   second_factor.mjs WAYMARK
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Server, check, root, run, same, totp } from '../browser/support.mjs'

const password = 'lantern under nine bridges'
const tables = ['src/web/routes.c', 'src/api/routes.c'].map((file) => readFileSync(join(root, file), 'utf8')).join('')
const routes = [...tables.matchAll(/\{METHOD_(GET|POST),\s*"([^"]+)",\s*ROUTE_(\w+),/g)]
  .map(([, method, pattern, access]) => ({ method, pattern, access }))
const open = routes.filter((route) => route.access === 'PUBLIC')
const path = (route) => route.pattern.replace(/\{[^}]+\}/g, '0123abcd')
const server = await new Server(process.env.WAYMARK ?? process.argv[2], { factors: 2 }).start()
const link = (name, ...words) => new URL(server.call('account', ...words, '--data', server.data, name).trim(), server.url).pathname
const invite = (name, role, agency) => link(name, 'add', '--role', role, '--agency', agency, '--name', name)

async function setPassword (client, where) {
  const page = await client.get(where)
  return client.post(where, { _csrf: page.csrf, password, password_again: password })
}

const sessions = () => execFileSync('sqlite3', [join(server.data, 'waymark.db'),
  'SELECT count(*), coalesce(sum(strong), 0) FROM session'], { encoding: 'utf8' }).trim().split('|').map(Number)

/** Everything that whoever knows the password alone can hold: a half of each kind, and the link they came by. */
const holds = []

async function password_alone () {
  const fresh = new Client(server)
  const where = invite('new-nurse', 'referrer', 'health')
  await setPassword(fresh, where)
  same('the password of an invited person', (await fresh.signIn('new-nurse', password)).location, '/sign-in/set-up')
  holds.push({ who: 'an invited person', client: fresh, link: where })

  const enrolled = new Client(server)
  await setPassword(enrolled, invite('old-nurse', 'referrer', 'health'))
  await enrolled.signIn('old-nurse', password)
  const page = await enrolled.get('/sign-in/set-up')
  const secret = /govuk-inset-text">\s*([A-Z2-7 ]+)/.exec(page.text)[1]
  const set = await enrolled.post('/sign-in/set-up/code', { _csrf: page.csrf, sealed: page.hidden('sealed'), code: totp(secret) })
  same('both factors begin a session', set.status, 200)
  check('and it is one', (await enrolled.get('/my-account')).status === 200)
  const thief = new Client(server)
  same('the password of somebody who has an app', (await thief.signIn('old-nurse', password)).status, 200)
  holds.push({ who: 'somebody who has an app', client: thief, link: link('old-nurse', 'link'), enrolled, secret })
  for (const one of holds) {
    check(`${one.who} holds a half and no session`, one.client.cookies.has('waymark_half') && !one.client.cookies.has('waymark_session'), [...one.client.cookies.keys()].join())
  }
}

const fields = (one, csrf) => ({
  _csrf: csrf, username: one.who === 'an invited person' ? 'new-nurse' : 'old-nurse', password, password_again: password,
  code: '000000', sealed: 'AAAA', challenge: 'AAAA', id: 'AAAA', user: 'AAAAAAAAAAAAAAAAAAAAAA', client_data: 'AAAA',
  authenticator_data: 'AAAA', signature: 'AAAA', attestation: 'AAAA', title: 'Mine', state: 'AAAA', provider: 'AAAA'
})

async function openRoutes () {
  check('there are open ways in', open.filter((route) => route.method === 'POST').length >= 6)
  for (const one of holds) {
    for (const route of open) {
      const client = new Client(server)
      client.cookies = new Map(one.client.cookies)
      const csrf = (await client.get('/sign-in')).csrf
      const where = route.pattern === '/set-password/{link}' && route.method === 'GET' ? one.link : path(route)
      const answer = route.method === 'GET' ? await client.get(where) : await client.post(where, fields(one, csrf))
      check(`${route.method} ${route.pattern} gives ${one.who} no session`, !client.cookies.has('waymark_session') &&
        !(answer.headers['set-cookie'] ?? []).some((line) => /session=[^;]/.test(line)), answer.status)
      check(`${route.method} ${route.pattern} knows no one of ${one.who}`, !answer.text.includes('Sign out'))
    }
  }
  // the link alone, as from a mailbox: another password, and the code is asked still
  const [, old] = holds
  const mailbox = new Client(server)
  same('the link sets a password', (await setPassword(mailbox, old.link)).status, 200)
  check('and begins no session', !mailbox.cookies.has('waymark_session'))
  const second = await mailbox.signIn('old-nurse', password)
  check('the second factor is asked as before', second.status === 200 && second.text.includes('name="code"') && !mailbox.cookies.has('waymark_session'))
}

async function closedRoutes () {
  for (const one of holds) {
    const half = one.client.cookies.get('waymark_half')
    for (const route of routes.filter((row) => row.access !== 'PUBLIC' && row.access !== 'OPEN')) {
      const client = new Client(server)
      client.cookies = new Map([...one.client.cookies, ['waymark_session', half]])
      const csrf = (await client.get('/sign-in')).csrf
      for (const secret of [half, one.link.split('/').pop(), password]) {
        const headers = { Authorization: `Bearer ${secret}` }
        const answer = route.method === 'GET' ? await client.get(path(route), headers)
          : route.access === 'BEARER' ? await client.request('POST', path(route), { headers: { ...headers, 'Content-Type': 'application/json', 'Content-Length': 2 }, body: '{}' })
            : await client.post(path(route), fields(one, csrf), headers)
        const refused = route.access === 'BEARER' ? answer.status === 401
          : answer.status === 401 || (answer.status === 303 && answer.location.startsWith('/sign-in'))
        check(`${route.method} ${route.pattern} is closed to ${one.who}`, refused, `${answer.status} ${answer.location}`)
        if (route.access !== 'BEARER') break // bearer tokens are not looked at there
      }
    }
  }
}

async function both () {
  const [, old] = holds
  const client = new Client(server)
  const page = await client.signIn('old-nurse', password)
  const answer = await client.post('/sign-in/second', { _csrf: page.csrf, code: totp(old.secret, 1) })
  check('both factors let them in', answer.status === 303 && (await client.get('/my-account')).status === 200, answer.status)
  old.enrolled = client
  const made = await client.get('/my-account/tokens')
  const token = await client.post('/my-account/tokens', { _csrf: made.csrf, title: 'Rota', days: '1' })
  const secret = /govuk-inset-text">\s*([0-9a-f]{32}\.[\w-]+)/.exec(token.text)?.[1]
  check('and a token that they make opens the API', (await new Client(server).get('/api/v1/duties', { Authorization: `Bearer ${secret}` })).status === 200, token.status)
}

/** What somebody typed before their session ended waits through both steps, however they end. */
async function whatWaits () {
  const [, old] = holds
  const text = 'Typed for an hour before the session ended'
  const waits = { _kept_path: '/cases/7KQ2M9XT4C/record/child-views', 'kept.views': text }
  const half = async (client) => client.post('/sign-in', { _csrf: (await client.get('/sign-in')).csrf, username: 'old-nurse', password, ...waits })
  const slow = new Client(server)
  const asked = await half(slow)
  check('the page that asks for the code carries it', asked.text.includes('name="code"') && asked.text.includes(text))
  slow.cookies.delete('waymark_half') // as after ten minutes
  const late = await slow.post('/sign-in/second', { _csrf: asked.csrf, code: '000000', ...waits })
  same('who was too slow begins anew', late.status, 401)
  check('and it goes along', late.text.includes('name="password"') && late.text.includes(text))

  const made = await old.enrolled.post('/my-account/sign-in/recovery', { _csrf: (await old.enrolled.get('/my-account/sign-in')).csrf })
  const codes = [...made.text.matchAll(/<code>([^<]+)</g)].map(([, code]) => code)
  same('ten recovery codes are made', codes.length, 10)
  for (const code of codes.slice(0, 7)) {
    const client = new Client(server)
    const page = await client.signIn('old-nurse', password)
    same('a recovery code signs in', (await client.post('/sign-in/second', { _csrf: page.csrf, code })).location, '/')
  }
  const few = new Client(server)
  const last = await few.post('/sign-in/second', { _csrf: (await half(few)).csrf, code: codes[7], ...waits })
  check('who has few codes left is shown it', last.status === 200 && last.text.includes(text) && few.cookies.has('waymark_session'), last.status)

  // who must first set up a second factor: through the page of that, a wrong code, and the recovery codes
  const fresh = new Client(server)
  await setPassword(fresh, invite('waiting-nurse', 'referrer', 'health'))
  const begin = { _csrf: (await fresh.get('/sign-in')).csrf, username: 'waiting-nurse', password, ...waits }
  const offered = await fresh.post('/sign-in', begin)
  const carried = (page) => [...page.text.matchAll(/<form[^]*?<\/form>/g)].filter(([form]) => form.includes('/sign-in/set-up/')).every(([form]) => form.includes(text) && form.includes('_kept_path'))
  check('the page that sets a factor up carries it', offered.status === 200 && offered.text.includes('/sign-in/set-up/code') && carried(offered), offered.status)
  const secret = /govuk-inset-text">\s*([A-Z2-7 ]+)/.exec(offered.text)[1]
  const answer = { _csrf: offered.csrf, sealed: offered.hidden('sealed'), ...waits }
  const wrong = await fresh.post('/sign-in/set-up/code', { ...answer, code: '000000' })
  check('a wrong code does not lose it', wrong.status === 422 && carried(wrong), wrong.status)
  const halves = fresh.cookies.get('waymark_half')
  fresh.cookies.delete('waymark_half')
  const over = await fresh.post('/sign-in/set-up/code', { ...answer, code: totp(secret) })
  check('nor does who was too slow', over.status === 401 && over.text.includes('name="password"') && over.text.includes(text), over.status)
  fresh.cookies.set('waymark_half', halves)
  const done = await fresh.post('/sign-in/set-up/code', { ...answer, code: totp(secret) })
  check('it is shown with the recovery codes, to be sent again', done.status === 200 && done.text.includes('Your recovery codes') &&
    done.text.includes('Send again') && done.text.includes(`action="${waits._kept_path}"`) && done.text.includes(text), done.status)

  // and who was only going somewhere gets there
  const going = new Client(server)
  await setPassword(going, invite('going-nurse', 'referrer', 'health'))
  const first = await going.get('/sign-in?next=' + encodeURIComponent('/duties?state=overdue'))
  const led = await going.post('/sign-in', { _csrf: first.csrf, username: 'going-nurse', password, _next: first.hidden('_next') })
  same('the way there goes along', led.location, '/sign-in/set-up?next=' + encodeURIComponent('/duties?state=overdue'))
  const set = await going.get(led.location)
  const there = await going.post('/sign-in/set-up/code', { _csrf: set.csrf, sealed: set.hidden('sealed'), _next: set.hidden('_next'), code: totp(/govuk-inset-text">\s*([A-Z2-7 ]+)/.exec(set.text)[1]) })
  check('and stands under the recovery codes', there.text.includes('href="/duties?state=overdue"'), there.status)
}

/** An administrator with both factors. */
async function keeper (name) {
  const client = new Client(server)
  await setPassword(client, invite(name, 'administrator', 'other'))
  await client.signIn(name, password)
  const page = await client.get('/sign-in/set-up')
  await client.post('/sign-in/set-up/code', { _csrf: page.csrf, sealed: page.hidden('sealed'), code: totp(/govuk-inset-text">\s*([A-Z2-7 ]+)/.exec(page.text)[1]) })
  return client
}

async function lost () {
  const [one, two] = [await keeper('keeper-one'), await keeper('keeper-two')]
  const send = async (client, where, fields) => client.post(where, { _csrf: (await client.get('/accounts/lost')).csrf, ...fields })
  const [, old] = holds
  check('nobody takes factors away alone', (await send(one, '/accounts/lost/answer', { username: 'old-nurse', answer: 'agree' })).status === 422)
  check('it is asked how it was made sure', (await send(one, '/accounts/lost', { username: 'old-nurse' })).text.includes('Say how you made sure'))
  same('one asks', (await send(one, '/accounts/lost', { username: 'old-nurse', how: 'in-person' })).location, '/accounts/lost?done=asked')
  check('the one who asked cannot agree', (await send(one, '/accounts/lost/answer', { username: 'old-nurse', answer: 'agree' })).text.includes('second person agrees'))
  const fresh = new Client(server)
  check('nothing changed until then', (await fresh.signIn('old-nurse', password)).text.includes('name="code"'))
  const agreed = await send(two, '/accounts/lost/answer', { username: 'old-nurse', answer: 'agree' })
  const where = /\/set-password\/[\w.-]+/.exec(agreed.text)?.[0]
  check('another agrees, and is shown a link', agreed.status === 200 && where !== undefined, agreed.status)
  check('every session of theirs ended', (await old.enrolled.get('/my-account')).status === 303)
  same('the password went too', (await new Client(server).signIn('old-nurse', password)).status, 401)
  const again = new Client(server)
  await setPassword(again, where)
  same('by the link they begin anew', (await again.signIn('old-nurse', password)).location, '/sign-in/set-up')
}

await run({
  'a password alone': password_alone,
  'every open route': openRoutes,
  'every closed route': closedRoutes,
  'both factors': both,
  'what waits': whatWaits,
  'lost factors': lost,
  'what the store holds': async () => {
    const [count, strong] = sessions()
    check(`${count - strong} of ${count} sessions have one factor`, count > 0 && count === strong)
    console.log(`${open.length} open and ${routes.length - open.length} closed routes tried; ${count - strong} single-factor sessions`)
  }
})
await server.stop()
