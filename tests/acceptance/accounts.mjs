// Keeping accounts through the running program: an agency administrator within their agency, two people for an
// administrator, a mover and a leaver shut out at the next request, one's own sessions, the file, the review.
//   accounts.mjs WAYMARK
import { Client, check, run, same, serve } from '../browser/support.mjs'

const password = 'lantern under nine bridges'
const server = await serve(['school-nurse', 'duty-manager'])
for (const [name, role, agency] of [['keeper', 'administrator', 'social-care'], ['second-keeper', 'administrator', 'police'],
  ['health-keeper', 'agency-administrator', 'health'], ['teacher', 'referrer', 'education']]) {
  await server.addPerson(name, { role, agency, name })
}
const keeper = await new Client(server).signedIn('keeper')
const second = await new Client(server).signedIn('second-keeper')
const health = await new Client(server).signedIn('health-keeper')
const isIn = async (client) => (await client.get('/directory')).status === 200

async function change (client, username, go, fields = {}) {
  const page = await client.get('/my-account')
  return client.post('/accounts/change', { _csrf: page.csrf, username, _go: go, ...fields })
}

async function add (client, fields) {
  const page = await client.get('/accounts/new')
  return client.post('/accounts', { _csrf: page.csrf, how: 'hand', ...fields })
}

async function setPassword (link) {
  const client = new Client(server)
  const page = await client.get(link)
  return client.post(link, { _csrf: page.csrf, password, password_again: password })
}

const linkIn = (answer) => /\/set-password\/[^\s<]+/.exec(answer.text)?.[0]

async function own_agency_only () {
  const list = await health.get('/accounts')
  check('they see their own', list.text.includes('/accounts/people/school-nurse'))
  check('and nobody else', !/people\/(duty-manager|keeper|second-keeper|teacher)/.test(list.text))
  same('another agency is not there', (await health.get('/accounts/people/duty-manager')).status, 404)
  same('nor is what may be done to it', (await change(health, 'duty-manager', 'lock')).status, 404)
  check('the manager is still there', await isIn(await new Client(server).signedIn('duty-manager')))
  const file = await health.get('/accounts.csv')
  check('the file holds no other', file.text.includes('school-nurse') && !file.text.includes('duty-manager'))
  for (const role of ['administrator', 'agency-administrator', 'partnership-analyst']) {
    const answer = await add(health, { username: 'climber', name: 'Climber', role, agency: 'health' })
    check(`they do not give ${role}`, answer.status === 422 && answer.text.includes('Only an administrator gives this role'), answer.status)
  }
  const away = await add(health, { username: 'climber', name: 'Climber', role: 'referrer', agency: 'police' })
  check('nor to another agency', away.status === 422 && away.text.includes('your own agency only'))
  check('what was typed is kept', away.text.includes('value="Climber"'))
  const made = await add(health, { username: 'midwife', name: 'Midwife', role: 'referrer', agency: 'health' })
  same('but their own they add', made.status, 200)
  same('and the link works', (await setPassword(linkIn(made))).status, 200)
}

async function no_case () {
  const nurse = await new Client(server).signedIn('school-nurse')
  const where = await nurse.refer('Some', 'Body', ['2011', '2', '3'])
  for (const client of [keeper, health]) {
    for (const path of [where, `${where}/chronology`, '/find', '/duties']) {
      same(`who keeps accounts does not read ${path.replace(/[A-Z0-9]{8,}/, 'REF')}`, (await client.get(path)).status, 403)
    }
  }
  for (const role of ['duty-manager', 'administrator']) {
    const raise = await change(keeper, 'keeper', 'move', { role, agency: 'social-care', team: '', reason: 'I want it' })
    check(`nobody raises themselves to ${role}`, raise.status === 422 && raise.text.includes('their own account'))
  }
  same('nor an agency administrator', (await change(health, 'health-keeper', 'move', { role: 'referrer', agency: 'health', team: '', reason: 'x' })).status, 422)
}

async function two_people () {
  const asked = await add(keeper, { username: 'third', name: 'Third', role: 'administrator', agency: 'police' })
  check('a second one is asked', asked.status === 200 && asked.text.includes('second administrator is asked') && !linkIn(asked))
  const alone = await change(keeper, 'third', 'agree')
  check('who asked does not agree', alone.status === 422 && alone.text.includes('nother administrator than the one'), alone.status)
  check('the second sees it', (await second.get('/accounts')).text.includes('asks you to agree'))
  const agreed = await change(second, 'third', 'agree')
  same('and agrees', agreed.status, 200)
  same('then there is a link', (await setPassword(linkIn(agreed))).status, 200)
  check('that lets in', await isIn(await new Client(server).signedIn('third')))
}

async function movers_and_leavers () {
  const teacher = await new Client(server).signedIn('teacher')
  check('signed in', await isIn(teacher))
  const empty = await change(keeper, 'teacher', 'move', { role: 'referrer', agency: 'housing', team: 'North', reason: '' })
  check('a reason is asked for, and what was typed is kept', empty.status === 422 && empty.text.includes('Say why') && empty.text.includes('value="North"'))
  check('nothing happened', await isIn(teacher))
  same('moved', (await change(keeper, 'teacher', 'move', { role: 'referrer', agency: 'housing', team: 'North', reason: 'Works there now' })).status, 303)
  check('signed out at the next request', !await isIn(teacher))
  await teacher.signedIn('teacher')
  check('they are told', (await teacher.get('/notices')).text.includes('Your role, agency or team was changed'))
  same('leaves now', (await change(keeper, 'teacher', 'leave', { leave_reason: 'Another post' })).status, 303)
  check('shut out at the next request', !await isIn(teacher))
  same('and cannot come back', (await new Client(server).signIn('teacher')).status, 401)
  const page = await keeper.get('/accounts/people/teacher')
  check('the history says it', page.text.includes('Another post') && page.text.includes('Works there now') && /Left/.test(page.text))
  check('and holds no secret', !/argon2|[0-9a-f]{64}/.test(page.text))
  const leap = await change(keeper, 'school-nurse', 'leave', { 'last-day': '31', 'last-month': '2', 'last-year': '2040', leave_reason: 'x' })
  check('a date that is none is told beside its field', leap.status === 422 && leap.text.includes('last-day'))
  same('leaves in the future', (await change(keeper, 'school-nurse', 'leave', { 'last-day': '1', 'last-month': '3', 'last-year': '2040', leave_reason: 'Retires' })).status, 303)
  check('and works until then', await isIn(await new Client(server).signedIn('school-nurse')))
}

async function my_sessions () {
  const here = await new Client(server).signedIn('duty-manager')
  const there = await new Client(server).signedIn('duty-manager')
  const page = await here.get('/my-account', { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) Firefox/128.0' })
  check('both are listed', page.text.includes('(this one)') && page.hidden('session'))
  const other = await new Client(server).signedIn('school-nurse')
  const theirs = await other.post('/my-account/sessions', { _csrf: (await other.get('/my-account')).csrf, session: page.hidden('session') })
  same("somebody else's is not theirs to end", theirs.status, 303)
  check('and goes on', await isIn(there))
  same('one is ended', (await here.post('/my-account/sessions', { _csrf: page.csrf, session: page.hidden('session') })).location, '/my-account?ended=one')
  await here.post('/my-account/sessions', { _csrf: page.csrf })
  check('all others have ended at their next request', !await isIn(there))
  check('this one goes on', await isIn(here))
}

async function another_id_when_proved () {
  const client = await new Client(server).signedIn('duty-manager')
  const before = client.cookies.get('waymark_session')
  const page = await client.get('/confirm?next=/duties')
  const wrong = await client.post('/confirm', { _csrf: page.csrf, _next: '/duties', password: 'not the password at all' })
  check('a wrong password is told beside its field', wrong.status === 422 && wrong.text.includes('not right'))
  same('the id stays', client.cookies.get('waymark_session'), before)
  const proved = await client.post('/confirm', { _csrf: page.csrf, _next: '/duties', password })
  same('it goes on', proved.location, '/duties')
  check('under another id', client.cookies.get('waymark_session') !== before)
  check('that lets in', await isIn(client))
  const old = new Client(server)
  old.cookies.set('waymark_session', before)
  check('the one of before is worth nothing', !await isIn(old))
  const away = await client.post('/confirm', { _csrf: (await client.get('/confirm')).csrf, _next: 'https://elsewhere.example/', password })
  same('and leads nowhere else', away.location, '/')
}

async function file_and_review () {
  const file = await keeper.get('/accounts.csv?agency=police')
  const lines = file.text.trim().split(/\r?\n/)
  check('the file holds what was asked for', lines.length === 3 && lines[0].includes('reviewed_by') && file.text.includes('second-keeper'), file.text)
  const review = await keeper.get('/accounts/review')
  check('who was added in this quarter is not asked about', review.text.includes('Every account is confirmed'), review.text.slice(-2000))
  const none = await keeper.post('/accounts/review', { _csrf: review.csrf })
  check('nothing chosen is told', none.status === 422 && none.text.includes('Choose at least one'))
  same('one is confirmed', (await keeper.post('/accounts/review', { _csrf: review.csrf, username: 'duty-manager' })).location, '/accounts/review?done=1')
  check('and its history says by whom', (await keeper.get('/accounts/people/duty-manager')).text.includes('by keeper'))
  const own = await keeper.post('/accounts/review', { _csrf: review.csrf, username: 'keeper' })
  same('nobody confirms themselves', own.status, 403)
}

await run({
  'an agency administrator keeps only their own': own_agency_only,
  'who keeps accounts reads no case and raises nobody to it': no_case,
  'two people make an administrator': two_people,
  'movers and leavers are shut out at once': movers_and_leavers,
  'my sessions': my_sessions,
  'another id when it is proved again who it is': another_id_when_proved,
  'the file and the review': file_and_review
})
await server.stop()
