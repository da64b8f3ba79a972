// Restricted cases, broken glass, conflicts of interest, the limit on taking much at once and the log of looks,
// through the pages of the running program: rows 36, 38, 39 and 53 of the security requirements.
//   glass.mjs WAYMARK
import { Client, Server, check, run, same } from '../browser/support.mjs'

const LIMIT = 8
const server = await new Server(process.env.WAYMARK ?? process.argv[2], { more: ['--records-an-hour', String(LIMIT)] }).start()
const people = {
  nurse: { role: 'referrer', agency: 'health', name: 'Grace Adeyemi' },
  manager: { role: 'duty-manager', agency: 'social-care', name: 'Parveen Ashworth' },
  reader: { role: 'team-manager', agency: 'social-care', name: 'Meera Chauhan' },
  officer: { role: 'police-officer', agency: 'police', name: 'Tom Bradshaw' },
  lead: { role: 'information-lead', agency: 'social-care', name: 'Ingrid Okafor' },
  inspector: { role: 'inspector', agency: 'other', name: 'Robert Haines' }
}
const who = {}
for (const [name, person] of Object.entries(people)) {
  await server.addPerson(name, person)
  who[name] = await new Client(server).signedIn(name)
}
const { nurse, manager, reader, officer, lead, inspector } = who

const words = (answer) => answer.text.replace(/<script[\s\S]*?<\/script>/g, ' ').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ')

async function send (client, path, fields, page) {
  const form = await client.get(page ?? path)
  return client.post(path, { _csrf: form.csrf, ...fields })
}

async function glass () {
  const path = await nurse.refer('Ivy', 'Ashdown', ['2010', '2', '3'])
  const restricted = await send(manager, `${path}/restrict`, { what: 'restrict', reason: 'Her mother is a colleague.' })
  same('a manager restricts', restricted.status, 303)
  same('without a reason nothing is restricted or lifted', (await send(manager, `${path}/restrict`, { what: 'lift', reason: ' ' })).status, 422)

  const refused = await officer.get(path)
  same('an officer who is not on it is refused', refused.status, 403)
  check('and not shown whose it is', !refused.text.includes('Ashdown'), words(refused))
  check('but told whom to ask', /information lead/i.test(words(refused)), words(refused))
  const search = await send(officer, '/find', { text: 'Ivy Ashdown' })
  check('a search does not find it', !search.text.includes(path), words(search))

  same('no reason opens nothing', (await send(officer, `${path}/break-glass`, { reason: '' }, path)).status, 422)
  same('still refused', (await officer.get(`${path}/chronology`)).status, 403)
  const broken = await send(officer, `${path}/break-glass`, { reason: 'She is with me, and has nowhere to sleep.' }, path)
  same('a reason opens it', broken.status, 303)
  const open = await officer.get(path)
  same('it is open', open.status, 200)
  check('and says until when', /Open to you because you gave a reason/.test(words(open)), words(open))
  same('for nobody else', (await inspector.get(path)).status, 403)
  check('an inspector is not asked for a reason', !(await inspector.get(path)).text.includes('break-glass'))

  check('the information lead is told at once', words(await lead.get('/notices')).includes('Glass was broken'))
  const list = await lead.get('/broken-glass')
  check('it is listed with who and why', words(list).includes('Tom Bradshaw') && words(list).includes('nowhere to sleep'), words(list))
  check('and to be reviewed', words(list).includes('To review'), words(list))
  same('the lead reads no case', (await lead.get(path)).status, 403)
  same('others do not see the list', (await officer.get('/broken-glass')).status, 403)
  const review = /\/reviews\/[0-9a-f]{32}/.exec(list.text)[0]
  same('a review says what it came to', (await send(lead, review, { note: 'Asked him.' })).status, 422)
  same('and what was found', (await send(lead, review, { outcome: 'explained', note: ' ' })).status, 422)
  same('it is kept', (await send(lead, review, { outcome: 'explained', note: 'Asked him and his sergeant.' })).status, 303)
  check('and stays in sight', words(await lead.get('/broken-glass')).includes('There was a good reason'))
  check('all are reviewed', words(await lead.get('/broken-glass')).includes('All are reviewed'))

  const log = words(await lead.get('/looks'))
  for (const what of ['Broke the glass', 'Was refused', 'Restricted the case', 'Read the case']) {
    check(`the log of looks says: ${what}`, log.includes(what), log)
  }
  same('the log of looks is for who may read it', (await officer.get('/looks?case=' + path.split('/')[2])).status, 403)
  const file = await lead.get('/looks.csv')
  check('it is a file too', file.status === 200 && file.headers['content-type'].includes('csv') && file.text.includes('Tom Bradshaw'))
}

async function conflict () {
  const path = await nurse.refer('Rowan', 'Birkett', ['2011', '5', '6'])
  const reference = path.split('/')[2]
  same('a worker declares it', (await send(nurse, '/conflict', { reference, reason: 'My nephew' })).status, 303)
  same('or of a reference that nobody has', (await send(nurse, '/conflict', { reference: '2222222222', reason: 'My nephew' })).status, 303)
  const hidden = await nurse.get(path)
  const missing = await nurse.get('/cases/2222222222')
  same('then it is not there', hidden.status, 404)
  const bare = (answer) => words(answer).replaceAll(/[0-9A-Z]{10}/g, '')
  same('as though it never had been', bare(hidden), bare(missing))
  same('and no reason opens it', (await nurse.get(`${path}/break-glass`)).status, 404)
  check('a manager sees whose it is', words(await manager.get(`${path}/restrict`)).includes('Grace Adeyemi'))
}

async function crawl () {
  const paths = []
  for (let i = 0; i < LIMIT + 4; i++) paths.push(await nurse.refer('Crawl', `Target${i}`, ['2012', '1', String(1 + i)]))
  let read = 0
  let stopped
  for (const path of paths) {
    const answer = await reader.get(path)
    if (answer.status === 200) read++
    else stopped = answer
  }
  same('so many are read, and no more', read, LIMIT)
  same('then it stops', stopped.status, 429)
  check('and says whom to ask', /information lead/i.test(words(stopped)), words(stopped))
  check('another is not stopped for it', (await inspector.get(paths[0])).status === 200)
  // the nurse was stopped too, and told of by herself: she referred more than the limit
  let unusual = ''
  for (let i = 0; i < 100 && !unusual.includes('Meera Chauhan'); i++) {
    if (i > 0) await new Promise((resolve) => setTimeout(resolve, 100))
    unusual = words(await lead.get('/unusual-looks'))
  }
  check('the information lead is told', words(await lead.get('/notices')).includes('reached the limit'))
  check('and it stands among what is to be reviewed', unusual.includes('Meera Chauhan'), unusual)
  same('the log is gone through when asked', (await send(lead, '/unusual-looks', {})).status, 303)
  same('which is not for others', (await reader.get('/unusual-looks')).status, 403)
}

await run({
  'a restricted case is opened for a reason, for a time, in sight': glass,
  'a conflict of interest hides the case': conflict,
  'a crawl is stopped and told of': crawl
})
await server.stop()
