// Every route of the pages, as they stand in src/web/routes.c: what is forged is refused, every answer carries its
// headers, and no read, search, denial or change goes by without a look in the log.
//   routes.mjs WAYMARK
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, check, root, run, same, serve } from '../browser/support.mjs'

const text = readFileSync(join(root, 'src/web/routes.c'), 'utf8')
const routes = [...text.matchAll(/\{METHOD_(GET|POST),\s*"([^"]+)",\s*ROUTE_(\w+),/g)]
  .map(([, method, pattern, access]) => ({ method, pattern, access }))
const server = await serve(['school-nurse', 'duty-manager'])
await server.addPerson('administrator', { role: 'administrator', agency: 'other', name: 'Ada Keeper' })
const nurse = await new Client(server).signedIn('school-nurse')
const manager = await new Client(server).signedIn('duty-manager')
const other = await new Client(server).signedIn('duty-manager')
const admin = await new Client(server).signedIn('administrator')
const casePath = await nurse.refer('Every', 'Route', ['2010', '1', '2'])
const draft = await newDraft(manager)

async function newDraft (client) {
  const page = await client.get('/referral/new')
  return (await client.post('/referral/new', { _csrf: page.csrf, _form: page.form })).location.split('/')[2]
}

const path = (route) => route.pattern.replace('/cases/{ref}', casePath).replace('{draft}', draft)
  .replace('{page}', 'concern').replace('{type}', 'child-views').replace('{seq}', '1').replace('{link}', '0123abcd').replace('{name}', 'school-nurse')
  .replace('{record}', '0'.repeat(31) + '1').replace('{step}', route.pattern.startsWith('/request/') ? 'extend' : 'hold')
  .replace('{request}', '0'.repeat(31) + '1').replace('{key}', 'c1.1.narrative').replace('{provider}', 'none')
  .replace('{id}', '0'.repeat(31) + '1').replace('{contact}', '0'.repeat(31) + '1')
  .replace('{line}', '0'.repeat(31) + '1')
const client = (route) => route.access === 'ADMINISTERS' || route.access === 'KEEPS_ACCOUNTS' ? admin : manager
const name = (route) => `${route.method} ${route.pattern}`

/** What `waymark verify` counts of the store that is being served. */
function counts () {
  const said = execFileSync(server.waymark, ['verify', '--data', server.data], { cwd: root, encoding: 'utf8' })
  const of = (what) => Number(new RegExp(`(\\d+) ${what}`).exec(said)[1])
  return { entries: of('entries'), looks: of('looks') }
}

async function forged () {
  const before = counts().entries
  const posts = routes.filter((route) => route.method === 'POST')
  check('there are routes that change something', posts.length > 10)
  const strange = (await other.get(casePath)).csrf ?? (await other.get('/referral/new')).csrf
  for (const route of posts) {
    const who = client(route)
    const token = (await who.get('/directory')).csrf
    const good = { _csrf: token, views: 'Forged', how_obtained: 'Forged', username: 'duty-manager', password: 'x'.repeat(20) }
    for (const [how, fields] of Object.entries({
      'no token': { ...good, _csrf: undefined },
      'an empty token': { ...good, _csrf: '' },
      'a wrong token': { ...good, _csrf: 'A'.repeat(token.length) },
      'the token of another session': { ...good, _csrf: strange }
    })) {
      const sent = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
      const answer = await who.post(path(route), sent)
      if (path(route).startsWith('/sign-in')) { // they are signed in: it is as good as not sent
        same(`${name(route)} with ${how}`, [answer.status, answer.location], [303, '/'])
        check(`${name(route)} with ${how}: nobody is signed in by it`, answer.headers['set-cookie'] === undefined, answer.headers['set-cookie'])
      } else {
        same(`${name(route)} with ${how}`, answer.status, 403)
      }
    }
    for (const [how, headers] of Object.entries({
      'from another site': { 'Sec-Fetch-Site': 'cross-site' },
      'from a sister site': { 'Sec-Fetch-Site': 'same-site' },
      'from another origin': { Origin: 'https://elsewhere.example' },
      'from the same host by another scheme': { Origin: `https://${server.listen}` }
    })) {
      const answer = await who.post(path(route), good, headers)
      same(`${name(route)} ${how}`, answer.status, 403)
      check(`${name(route)} ${how} gives nothing back`, !answer.text.includes('Forged'))
    }
    for (const type of ['text/plain', 'application/json', 'multipart/form-data; boundary=x']) {
      same(`${name(route)} as ${type}`, (await who.post(path(route), good, { 'Content-Type': type })).status, 415)
    }
  }
  same('nothing of it was recorded', counts().entries, before)
}

const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "

function headersOf (what, answer) {
  const given = answer.headers
  const csp = given['content-security-policy'] ?? ''
  check(`${what}: the policy`, /default-src 'none'/.test(csp) && /frame-ancestors 'none'/.test(csp) && /base-uri 'none'/.test(csp) && !/unsafe|\*/.test(csp), csp || policy)
  same(`${what}: nosniff`, given['x-content-type-options'], 'nosniff')
  same(`${what}: no referrer`, given['referrer-policy'], 'no-referrer')
  same(`${what}: opener`, given['cross-origin-opener-policy'], 'same-origin')
  same(`${what}: resource`, given['cross-origin-resource-policy'], 'same-origin')
  check(`${what}: permissions`, /camera=\(\)/.test(given['permissions-policy'] ?? ''))
  check(`${what}: says nothing of its program`, given.server === undefined && given['x-powered-by'] === undefined)
  if (!what.includes('a file')) check(`${what}: is not kept`, /no-store/.test(given['cache-control'] ?? ''), given['cache-control'])
  for (const line of given['set-cookie'] ?? []) check(`${what}: its cookie`, /HttpOnly/.test(line) && /SameSite=Strict/.test(line), line)
}

async function headers () {
  for (const route of routes.filter((one) => one.method === 'GET')) {
    headersOf(name(route), await client(route).get(path(route)))
    headersOf(`${name(route)} by nobody`, await new Client(server).get(path(route)))
  }
  headersOf('404', await manager.get('/no/such/page'))
  headersOf('404 of the API', await manager.get('/api/v1/nothing'))
  headersOf('401 of the API', await manager.get('/api/v1/duties'))
  headersOf('the description of the API', await manager.get('/api/v1/openapi.json'))
  headersOf('405', await manager.request('DELETE', '/'))
  headersOf('403', await manager.get('/accounts'))
  headersOf('403 of a form', await manager.post('/referral/new', {}))
  headersOf('a path that is none', await manager.get('/%00'))
  headersOf('413', await manager.post('/find', 'a='.padEnd(3 << 20, 'x')))
  headersOf('HEAD', await manager.request('HEAD', '/'))
  const style = /href="(\/[^"]+\.css)"/.exec((await manager.get('/')).text)
  if (style) headersOf('a file', await manager.get(style[1]))
}

// What reads nothing of the record and nothing about people, so there is nothing to look at.
const unseen = ['GET /confirm', 'GET /conflict', 'GET /directory/new', 'GET /new-record/{type}', 'GET /sign-in', 'GET /sign-in/challenge', 'GET /sign-in/second', 'GET /sign-in/set-up', 'GET /my-account/password', 'GET /sign-in/with/{provider}', 'GET /sign-in/from/{provider}', 'GET /set-password/{link}/with/{provider}', 'GET /confirm/with/{provider}', 'GET /signed-in', 'GET /signed-out', 'GET /set-password/{link}', 'GET /procedure', 'GET /referral/new', 'GET /find', 'GET /accounts/new']

async function looks () {
  for (const route of routes.filter((one) => one.method === 'GET' && !unseen.includes(name(one)))) {
    const before = counts().looks
    const answer = await client(route).get(path(route))
    const after = counts().looks
    check(`${name(route)} (${answer.status}) leaves a look`, after > before, `${before}, then ${after}`)
  }
  const page = async (where) => manager.get(where)
  const changes = {
    'a search': async () => { const form = await page('/find'); return manager.post('/find', { _csrf: form.csrf, text: 'Every Route' }) },
    'a change': async () => { const form = await page(`${casePath}/record/child-views`); return manager.post(form.path, { _csrf: form.csrf, _form: form.form, _seq: form.hidden('_seq'), views: 'Seen', how_obtained: 'Asked' }) },
    'an export': async () => manager.get(`${casePath}/chronology.csv`),
    'what is not there': async () => manager.get('/cases/AAAAAAAAAA'),
    'a denial of accounts': async () => manager.get('/accounts'),
    'a denial of a case': async () => admin.get(casePath),
    'a denial of the log of looks': async () => nurse.get(`${casePath}/looks`),
    'a wrong password': async () => new Client(server).signIn('duty-manager', 'not the password at all'),
    'signing in': async () => new Client(server).signIn('duty-manager')
  }
  for (const [what, act] of Object.entries(changes)) {
    const before = counts().looks
    const answer = await act()
    check(`${what} (${answer.status}) leaves a look`, counts().looks > before, `${before}, then ${counts().looks}`)
  }
  const shown = (await manager.get(`${casePath}/looks`)).text.replace(/<[^>]*>/g, ' ')
  check('the case says who looked at it', shown.includes('Parveen Ashworth') && shown.includes('Grace Adeyemi'), shown)
}

await run({
  'what is forged is refused': forged,
  'every answer carries its headers': headers,
  'every look is in the log': looks
})
await server.stop()
