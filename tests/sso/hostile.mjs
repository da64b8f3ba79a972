// An identity provider that does everything wrong, one thing at a time: each answer of it is refused and nobody is
// signed in; and one that is right, so that what is refused is refused for what is wrong. Loopback only.
//   hostile.mjs WAYMARK
import { createHash, createHmac, generateKeyPairSync, randomBytes, sign as signBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import { Client, check, run, same, serve } from '../browser/support.mjs'

const b64 = (bytes) => Buffer.from(bytes).toString('base64url')
const b64json = (value) => b64(typeof value === 'string' ? value : JSON.stringify(value))
const now = () => Math.floor(Date.now() / 1000)

// ---- keys and tokens

function key (kind, kid) {
  const options = { rsa: { modulusLength: 2048 }, ec: { namedCurve: 'P-256' } }[kind]
  const { publicKey, privateKey } = generateKeyPairSync(kind, options)
  const alg = { rsa: 'RS256', ec: 'ES256', ed25519: 'EdDSA' }[kind]
  return { kid, alg, privateKey, publicKey, jwk: { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' } }
}
const keys = { rsa: key('rsa', 'rsa-1'), ec: key('ec', 'ec-1'), ed: key('ed25519', 'ed-1') }
const thief = { rsa: key('rsa', 'rsa-1'), ec: key('ec', 'ec-1') }

function jws (head, claims, signer = keys.rsa) {
  const said = `${b64json(head)}.${b64json(claims)}`
  const how = {
    RS256: { hash: 'sha256', options: {} },
    PS256: { hash: 'sha256', options: { padding: 6, saltLength: 32 } },
    ES256: { hash: 'sha256', options: { dsaEncoding: 'ieee-p1363' } },
    EdDSA: { hash: null, options: {} }
  }[head.alg] ?? { hash: 'sha256', options: {} }
  return `${said}.${b64(signBytes(how.hash, Buffer.from(said), { key: signer.privateKey, ...how.options }))}`
}

const good = (given) => ({
  iss: given.issuer,
  sub: 'a-subject',
  aud: 'waymark',
  iat: now(),
  exp: now() + 300,
  nonce: given.nonce,
  groups: ['cse-team'],
  name: 'Ann Example',
  preferred_username: 'Ann.Example@police.example'
})

// ---- the provider: `evil` says what it does wrong now

const asked = { keys: 0, token: 0, description: 0, elsewhere: 0 }
const codes = new Map()
let evil = {}
let jwks = () => [keys.rsa.jwk, keys.ec.jwk, keys.ed.jwk]
const held = []

async function bodyOf (request) {
  let text = ''
  for await (const part of request) text += part
  return new URLSearchParams(text)
}

async function token (request, realm) {
  asked.token++
  const body = await bodyOf(request)
  const given = codes.get(body.get('code'))
  const challenge = createHash('sha256').update(body.get('code_verifier') ?? '').digest('base64url')
  if (!given || given.realm !== realm || challenge !== given.challenge || body.get('redirect_uri') !== given.redirect ||
      (!evil.twice && given.used)) return { status: 400, value: { error: 'invalid_grant' } }
  given.used = true
  const made = good(given)
  const claims = { ...made, ...(evil.claims?.(made) ?? {}) }
  const idToken = evil.token?.(claims, given) ?? jws({ alg: 'RS256', kid: 'rsa-1' }, claims)
  return { status: 200, value: evil.body?.(idToken) ?? { access_token: 'x', token_type: 'Bearer', id_token: idToken } }
}

async function answer (request, response) {
  const { pathname } = new URL(request.url, 'http://x')
  const [, realm, what] = pathname.split('/')
  const issuer = `${base}/${realm}`
  const step = { '.well-known': 'description', jwks: 'keys', token: 'token' }[what]
  if (!step) {
    asked.elsewhere++
    return response.end()
  }
  if (evil.hold === step) return held.push(response)
  if (evil.redirect === step) return response.writeHead(302, { Location: `${base}/${realm}/elsewhere` }).end()
  let status = evil.status?.[step] ?? 200
  let value
  if (step === 'description') {
    asked.description++
    value = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
      end_session_endpoint: `${issuer}/end`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...(evil.description?.(issuer) ?? {})
    }
  } else if (step === 'keys') {
    asked.keys++
    value = { keys: jwks() }
  } else {
    const result = await token(request, realm)
    status = status === 200 ? result.status : status
    value = result.value
  }
  const text = evil.text?.[step] ?? (typeof value === 'string' ? value : JSON.stringify(value))
  response.writeHead(status, { 'Content-Type': evil.type?.[step] ?? 'application/json', ...(evil.headers?.[step] ?? {}) })
  response.end(text)
}

const provider = http.createServer((request, response) => {
  answer(request, response).catch((error) => { console.error(error); response.destroy() })
})
await new Promise((resolve) => provider.listen(0, '127.0.0.1', resolve))
const base = `http://127.0.0.1:${provider.address().port}`

// ---- the program

const server = await serve(['duty-manager'])
const link = server.call('account', 'add', '--data', server.data, '--role', 'police-officer', '--agency', 'police',
  '--name', 'Invited Officer', 'invited').trim()
server.call('account', 'add', '--data', server.data, '--role', 'police-officer', '--agency', 'police', '--name', 'Other', 'other')

function settings (more = '') {
  const one = (id, agency, role) => `  - id: ${id}
    title: The ${id}
    agency: ${agency}
    issuer: ${base}/${id}
    http_on_this_machine: true
    client: waymark
    second_factor: {amr: [mfa]}
    roles:
      - when: {groups: cse-team}
        role: ${role}
        makes_account: ${id === 'police'}
      - when: {groups: cse-invited}
        role: invited
`
  return `link: ${server.url}\nseconds: 3\n${more}providers:\n${one('police', 'police', 'police-officer')}${one('council', 'social-care', 'social-worker')}`
}

const file = join(server.data, 'sso.yaml')
writeFileSync(file, settings())
server.more = ['--sso', file]
await server.crash()

/** As a browser does: there, and back with what the provider says. */
async function there (client, realm = 'police', path = `/sign-in/with/${realm}`) {
  const sent = await client.get(path)
  if (sent.status !== 303) return { sent }
  const to = new URL(sent.location)
  const given = Object.fromEntries(to.searchParams)
  const code = randomBytes(16).toString('hex')
  const issuer = `${base}/${realm}`
  codes.set(code, { realm, issuer, nonce: given.nonce, challenge: given.code_challenge, redirect: given.redirect_uri })
  return { sent, to, given, code, issuer }
}

function back (client, { given, code, issuer }, { realm = 'police', ...more } = {}) {
  const query = new URLSearchParams(Object.entries({ code, state: given.state, iss: issuer, ...more })
    .filter(([, value]) => value !== undefined))
  return client.get(`/sign-in/from/${realm}?${query}`)
}

async function flow (client = new Client(server), realm = 'police') {
  const trip = await there(client, realm)
  return trip.given ? back(client, trip, { realm }) : trip.sent
}

const signedIn = async (client) => (await client.get('/')).status === 200

async function refused (what, wrong, { status, make = flow } = {}) {
  evil = wrong
  const client = new Client(server)
  const answered = await make(client)
  evil = {}
  check(`${what}: refused`, [400, 403, 404, 503].includes(answered.status) && (!status || answered.status === status),
    `${answered.status} ${/<h1[^>]*>([^<]*)/.exec(answered.text)?.[1]}`)
  check(`${what}: no session`, !client.cookies.has('waymark_session') && !(await signedIn(client)))
  check(`${what}: the page says what to do`, /Sign in in another way|Page not found/.test(answered.text))
}

async function rightOne () {
  const client = new Client(server)
  const trip = await there(client)
  same('the answer type', trip.given.response_type, 'code')
  same('the address to come back to', trip.given.redirect_uri, `${server.url}/sign-in/from/police`)
  same('PKCE', trip.given.code_challenge_method, 'S256')
  check('a state, a nonce and a challenge', [trip.given.state, trip.given.nonce, trip.given.code_challenge]
    .every((text) => /^[\w-]{43}$/.test(text)))
  check('the ticket does not show them', ![...client.cookies.values()].some((text) => text.includes(trip.given.state) ||
    Buffer.from(text.split('.')[0], 'base64url').toString().includes(trip.given.nonce)))
  const lax = trip.sent.headers['set-cookie'].find((line) => line.startsWith('waymark_sso='))
  check('its cookie comes back from elsewhere, and is no script\'s', /HttpOnly/.test(lax) && /SameSite=Lax/.test(lax) && /Max-Age=600/.test(lax))
  const came = await back(client, trip)
  same('signed in', came.status, 200)
  check('goes on by itself', came.headers.refresh === '0;url=/')
  check('the session is strict', came.headers['set-cookie'].some((line) => /^waymark_session=.*SameSite=Strict/.test(line)))
  check('and is a session', await signedIn(client))
  const page = await client.get('/')
  check('with the name that the provider gives', page.text.includes('Ann Example'))
  const replayed = await back(client, trip)
  same('the same answer once more', replayed.status, 400)
  check('the session before stays', await signedIn(client))
  const list = server.call('account', 'list', '--data', server.data)
  check('an account was made', /ann\.example/.test(list), list)
  const again = new Client(server)
  same('the second time', (await flow(again)).status, 200)
  same('no second account', server.call('account', 'list', '--data', server.data).split('\n').length, list.split('\n').length)
  for (const [alg, signer] of [['PS256', keys.rsa], ['ES256', keys.ec], ['EdDSA', keys.ed]]) {
    evil = { token: (claims) => jws({ alg, kid: signer.kid }, claims, signer) }
    same(`signed with ${alg}`, (await flow()).status, 200)
  }
  evil = {}
  const out = await client.post('/sign-out', { _csrf: page.csrf })
  same('signed out', out.location, '/signed-out?from=police')
  const gone = await client.get(out.location)
  check('and told where else', gone.text.includes(`${base}/police/end?client_id=waymark&amp;post_logout_redirect_uri=`))
  check('at once', !(await signedIn(client)))
}

async function wrongTokens () {
  const claims = (change) => ({ claims: change })
  const rows = {
    'another issuer': claims(() => ({ iss: `${base}/council` })),
    'no issuer': claims(() => ({ iss: undefined })),
    'another audience': claims(() => ({ aud: 'another' })),
    'two audiences': claims(() => ({ aud: ['waymark', 'another'] })),
    'another party': claims(() => ({ azp: 'another' })),
    'no nonce': claims(() => ({ nonce: undefined })),
    'another nonce': claims(() => ({ nonce: 'A'.repeat(43) })),
    'ended two minutes ago': claims(() => ({ iat: now() - 600, exp: now() - 120 })),
    'from the future': claims(() => ({ iat: now() + 600, exp: now() + 900 })),
    'of yesterday': claims(() => ({ iat: now() - 86400, exp: now() + 86400 })),
    'no end': claims(() => ({ exp: undefined })),
    'an end as a text': claims((made) => ({ exp: String(made.exp) })),
    'no subject': claims(() => ({ sub: undefined })),
    'a subject of two lines': claims(() => ({ sub: 'a\nb' })),
    'alg none': { token: (made) => `${b64json({ alg: 'none' })}.${b64json(made)}.` },
    'alg none with a signature': { token: (made) => jws({ alg: 'none', kid: 'rsa-1' }, made) },
    'alg nOnE': { token: (made) => `${b64json({ alg: 'nOnE' })}.${b64json(made)}.AAAA` },
    'HS256 with the public key': {
      token: (made) => {
        const said = `${b64json({ alg: 'HS256', kid: 'rsa-1' })}.${b64json(made)}`
        const pem = keys.rsa.publicKey.export({ type: 'spki', format: 'pem' })
        return `${said}.${createHmac('sha256', pem).update(said).digest('base64url')}`
      }
    },
    'HS256 with the client': {
      token: (made) => {
        const said = `${b64json({ alg: 'HS256' })}.${b64json(made)}`
        return `${said}.${createHmac('sha256', 'waymark').update(said).digest('base64url')}`
      }
    },
    'signed by another': { token: (made) => jws({ alg: 'RS256', kid: 'rsa-1' }, made, thief.rsa) },
    'with a key of its own in the head': { token: (made) => jws({ alg: 'ES256', kid: 'ec-1', jwk: thief.ec.jwk }, made, thief.ec) },
    'with the address of a key': { token: (made) => jws({ alg: 'ES256', jku: `${base}/police/elsewhere`, kid: 'x' }, made, thief.ec) },
    'the key of another algorithm': { token: (made) => jws({ alg: 'ES256', kid: 'rsa-1' }, made, keys.ec) },
    'PS256 said, RS256 signed': { token: (made) => { const t = jws({ alg: 'RS256', kid: 'rsa-1' }, made).split('.'); return [b64json({ alg: 'PS256', kid: 'rsa-1' }), t[1], t[2]].join('.') } },
    'a kid that is a path': { token: (made) => jws({ alg: 'RS256', kid: '../../../etc/passwd' }, made) },
    'a kid that is SQL': { token: (made) => jws({ alg: 'RS256', kid: "' OR 1=1 --" }, made) },
    'a kid that is a number': { token: (made) => jws({ alg: 'RS256', kid: 1 }, made) },
    'no kid among three keys of two kinds': { token: (made) => jws({ alg: 'ES256' }, made, thief.ec) },
    'critical extensions': { token: (made) => jws({ alg: 'RS256', kid: 'rsa-1', crit: ['exp'] }, made) },
    'an access token': { token: (made) => jws({ alg: 'RS256', kid: 'rsa-1', typ: 'at+jwt' }, made) },
    'claims changed after signing': { token: (made) => { const t = jws({ alg: 'RS256', kid: 'rsa-1' }, made).split('.'); return [t[0], b64json({ ...made, sub: 'admin' }), t[2]].join('.') } },
    'a claim twice': { token: (made) => jws({ alg: 'RS256', kid: 'rsa-1' }, JSON.stringify(made).replace('{', '{"sub":"admin",')) },
    'a head that says twice what it is': { token: (made) => jws('{"alg":"none","alg":"RS256","kid":"rsa-1"}', made) },
    'claims nested 5000 deep': { token: (made) => jws({ alg: 'RS256', kid: 'rsa-1' }, JSON.stringify({ ...made, x: 0 }).replace('"x":0', '"x":' + '['.repeat(5000) + ']'.repeat(5000))) },
    'a token of 40,000 bytes': claims(() => ({ x: 'x'.repeat(40000) })),
    'encrypted': { token: () => 'a.b.c.d.e' },
    'two parts': { token: (made) => jws({ alg: 'RS256', kid: 'rsa-1' }, made).split('.').slice(0, 2).join('.') },
    'no token': { body: () => ({ access_token: 'x' }) },
    'a token that is a list': { body: (idToken) => ({ id_token: [idToken] }) },
    'an answer that says the token twice': { body: (idToken) => `{"id_token":"${idToken}","id_token":"${idToken}"}` },
    'an answer that is no JSON': { body: () => 'id_token=x' }
  }
  for (const [what, wrong] of Object.entries(rows)) await refused(what, wrong, { status: 400 })
}

async function wrongAnswers () {
  const turned = (more, realm) => async (client) => back(client, await there(client), { ...more, ...(realm ? { realm } : {}) })
  const rows = {
    'another state': turned({ state: 'A'.repeat(43) }),
    'no state': turned({ state: undefined }),
    'no code': turned({ code: undefined }),
    'a code that was never given': turned({ code: 'x' }),
    'no iss, where it is promised': turned({ iss: undefined }),
    'iss of another (mix-up)': turned({ iss: `${base}/council` }),
    'the answer of one to the address of another': turned({ iss: `${base}/council` }, 'council'),
    'the answer of one to the address of another, by its name': turned({}, 'council'),
    'a long code': turned({ code: 'x'.repeat(4000) })
  }
  for (const [what, make] of Object.entries(rows)) await refused(what, {}, { make, status: 400 })
  await refused('the provider refuses', {}, { make: turned({ code: undefined, error: 'access_denied' }), status: 403 })
  await refused('the state twice', {}, {
    make: async (client) => {
      const { given, code, issuer } = await there(client)
      return client.get(`/sign-in/from/police?state=${given.state}&state=x&code=${code}&iss=${encodeURIComponent(issuer)}`)
    }
  })
  await refused('in a browser that did not ask', {}, {
    make: async (client) => back(client, await there(new Client(server)))
  })
  await refused('with the ticket of another trip', {}, {
    make: async (client) => {
      const trip = await there(client)
      await there(client)
      return back(client, trip)
    }
  })
  await refused('with a ticket that was changed', {}, {
    make: async (client) => {
      const trip = await there(client)
      const [inside, proof] = client.cookies.get('waymark_sso').split('.')
      const text = Buffer.from(inside, 'base64url').toString().replace('police', 'council')
      client.cookies.set('waymark_sso', `${b64(text)}.${proof}`)
      return back(client, trip, { realm: 'council', iss: `${base}/council` })
    }
  })
  // a provider that takes a code twice signs nobody in twice
  evil = { twice: true }
  const client = new Client(server)
  const trip = await there(client)
  const ticket = client.cookies.get('waymark_sso')
  same('once', (await back(client, trip)).status, 200)
  const other = new Client(server)
  other.cookies.set('waymark_sso', ticket)
  same('and not twice', (await back(other, trip)).status, 400)
  check('nobody is signed in by it', !(await signedIn(other)))
  evil = {}
  // two at once: one of them
  evil = { twice: true }
  const racing = [new Client(server), new Client(server), new Client(server)]
  const race = await there(racing[0])
  for (const one of racing) one.cookies.set('waymark_sso', racing[0].cookies.get('waymark_sso'))
  const results = await Promise.all(racing.map((one) => back(one, race)))
  same('of three at once, one', results.filter((one) => one.status === 200).length, 1)
  evil = {}
}

async function wrongDocuments () {
  // each with a server that has seen no document of this provider yet
  const fresh = async (what, wrong) => {
    await server.crash()
    await refused(what, wrong)
  }
  const description = (change) => ({ description: change })
  await fresh('a description of another issuer', description(() => ({ issuer: `${base}/council` })))
  await fresh('keys on another host', description(() => ({ jwks_uri: 'https://keys.elsewhere.example/jwks' })))
  await fresh('codes to another host', description(() => ({ token_endpoint: 'http://127.0.0.2:9/token' })))
  await fresh('an authorisation page elsewhere', description(() => ({ authorization_endpoint: 'https://elsewhere.example/a' })))
  await fresh('a file', description(() => ({ jwks_uri: 'file:///etc/passwd' })))
  await fresh('plain PKCE only', description(() => ({ code_challenge_methods_supported: ['plain'] })))
  await fresh('a description that says one thing twice', { text: { description: `{"issuer":"${base}/police","issuer":"x"}` } })
  await fresh('a description of 300,000 bytes', description(() => ({ x: 'x'.repeat(300000) })))
  await fresh('headers of 100,000 bytes', { headers: { description: Object.fromEntries([...Array(100)].map((_, i) => [`X-${i}`, 'x'.repeat(1000)])) } })
  await fresh('a description that is no JSON', { text: { description: '<html>' } })
  await fresh('a description sent as a page', { type: { description: 'text/html' } })
  await fresh('a description that is elsewhere', { redirect: 'description' })
  await fresh('keys that are elsewhere', { redirect: 'keys' })
  await fresh('codes that are to go elsewhere', { redirect: 'token' })
  same('no redirect was followed', asked.elsewhere, 0)
  await fresh('keys that are not found', { status: { keys: 404 } })
  await fresh('keys of 300,000 bytes', { text: { keys: JSON.stringify({ keys: [keys.rsa.jwk], x: 'x'.repeat(300000) }) } })
  await fresh('keys that say one thing twice', { text: { keys: `{"keys":[${JSON.stringify(keys.rsa.jwk)}],"keys":[${JSON.stringify(keys.rsa.jwk)}]}` } })
  await fresh('a key twice under one name', { text: { keys: JSON.stringify({ keys: [thief.rsa.jwk, keys.rsa.jwk] }) } })
  await fresh('a secret among the keys', { text: { keys: JSON.stringify({ keys: [{ kty: 'oct', k: 'AAAA', kid: 'rsa-1' }] }) } })
  await fresh('a provider that breaks', { status: { description: 500 } })
  await fresh('a provider that breaks at the code', { status: { token: 500 } })
}

async function rotation () {
  await server.crash()
  same('with the first key', (await flow()).status, 200)
  const before = asked.keys
  same('the keys are kept', (await flow()).status, 200)
  same('and not asked for again', asked.keys, before)
  const next = key('ec', 'ec-2')
  const old = jwks
  jwks = () => [next.jwk]
  evil = { token: (claims) => jws({ alg: 'ES256', kid: 'ec-2' }, claims, next) }
  same('with a new key', (await flow()).status, 200)
  same('they were asked for once', asked.keys, before + 1)
  await refused('with a key that is gone', {}, { status: 400 })
  for (let i = 0; i < 5; i++) {
    await refused(`with a key that nobody has (${i})`, { token: (claims) => jws({ alg: 'ES256', kid: `x-${i}` }, claims, thief.ec) }, { status: 400 })
  }
  same('and not asked for more than once a minute', asked.keys, before + 1)
  jwks = old
  await server.crash()
}

async function accounts () {
  const as = (sub, more = {}) => ({ claims: () => ({ sub, ...more }) })
  // another agency's provider gives the same name to somebody else: nobody of this one
  const council = (client) => flow(client, 'council')
  await refused('the same subject of another provider', {}, { make: council, status: 403 })
  // an address or a name is no proof
  await refused('the address and the name of another', as('x', { email: 'a@police.example', preferred_username: 'duty-manager', groups: [] }), { status: 403 })
  // joined by an invitation, and by nothing else
  await refused('who was not invited, where none is made', as('invited-sub', { groups: ['cse-invited'] }), { status: 403 })
  const path = new URL(link, server.url).pathname
  const asking = await new Client(server).get(path)
  check('the invitation offers its own agency', asking.text.includes(`${path}/with/police`))
  check('and no other', !asking.text.includes('with/council'))
  await refused('the invitation at another agency', {}, { make: (client) => client.get(`${path}/with/council`) })
  evil = as('invited-sub', { groups: ['cse-invited'] })
  const joining = new Client(server)
  const joined = await back(joining, await there(joining, 'police', `${path}/with/police`))
  same('joined by the invitation', joined.status, 200)
  check('it says so', /as you do at work/.test(joined.text))
  const page = await joining.get('/')
  check('as the account that was invited', page.text.includes('Invited Officer'))
  evil = as('another-sub', { groups: ['cse-invited'] })
  const second = new Client(server)
  const used = await second.get(`${path}/with/police`)
  check('the invitation is good once', used.status === 404 && !(await signedIn(second)))
  // a person that has an account cannot take another's invitation
  const otherLink = new URL(server.call('account', 'link', '--data', server.data, 'other').trim(), server.url).pathname
  evil = as('invited-sub', { groups: ['cse-invited'] })
  const greedy = new Client(server)
  same('a second account for one person', (await back(greedy, await there(greedy, 'police', `${otherLink}/with/police`))).status, 403)
  check('is not given', !(await signedIn(greedy)))
  // what the claims no longer say ends at once, in every session
  check('signed in until now', await signedIn(joining))
  evil = as('invited-sub', { groups: ['left'] })
  const leaving = new Client(server)
  same('the claims say nothing any more', (await flow(leaving)).status, 403)
  check('nobody is signed in', !(await signedIn(leaving)))
  check('and the session that ran has ended', !(await signedIn(joining)))
  check('the account is locked', /invited.*locked/.test(server.call('account', 'list', '--data', server.data)), server.call('account', 'list', '--data', server.data))
  evil = as('invited-sub', { groups: ['cse-invited'] })
  const returning = new Client(server)
  same('the claims say it again', (await flow(returning)).status, 200)
  check('and it is open again', await signedIn(returning))
  // an administrator's lock is stronger than any claim
  server.call('account', 'lock', '--data', server.data, 'invited')
  check('locked here', !(await signedIn(returning)))
  await refused('locked by an administrator', as('invited-sub', { groups: ['cse-invited'] }), { status: 403 })
  server.call('account', 'unlock', '--data', server.data, 'invited')
  // the role follows the claims
  evil = as('invited-sub', { groups: ['cse-team'] })
  same('another group', (await flow()).status, 200)
  evil = {}
}

async function away () {
  const people = { worker: new Client(server), sso: new Client(server) }
  same('signed in by the provider', (await flow(people.sso)).status, 200)
  // it hangs: what it holds up is bounded, and nobody else waits for it
  await server.crash()
  check('a session outlives the server', await signedIn(people.sso))
  evil = { hold: 'description' }
  const waiting = [...Array(40)].map(() => new Client(server).get('/sign-in/with/police'))
  const refusedNow = await Promise.race(waiting)
  same('the fourth is told at once that too many ask', refusedNow.status, 503)
  await people.worker.signedIn('duty-manager')
  check('a password signs in while it hangs', await signedIn(people.worker))
  check('sessions go on while it hangs', await signedIn(people.sso))
  check('a referral is recorded while it hangs', /^\/cases\//.test(await people.worker.refer('Peer', 'Hanging')))
  const ended = await Promise.all(waiting)
  check('all are told', ended.every((one) => one.status === 503))
  check('few of them reached it', held.length <= 3, held.length)
  for (const one of held) one.destroy()
  evil = {}
  // it is gone
  await new Promise((resolve) => { provider.close(resolve); provider.closeAllConnections() })
  await server.crash()
  const gone = new Client(server)
  const told = await gone.get('/sign-in/with/police')
  same('gone: told', told.status, 503)
  check('gone: with a way on', /Sign in in another way/.test(told.text) && !gone.cookies.has('waymark_session'))
  check('sessions go on', await signedIn(people.sso))
  const worker = await new Client(server).signedIn('duty-manager')
  check('a password signs in', await signedIn(worker))
  check('a referral is recorded', /^\/cases\//.test(await worker.refer('Peer', 'Gone')))
  const page = await gone.get('/sign-in')
  check('the page still offers both', /Sign in with The police/.test(page.text) && /Password/.test(page.text))
  const out = await worker.get('/')
  same('signing out waits for nobody', (await worker.post('/sign-out', { _csrf: out.csrf })).status, 303)
}

function log () {
  const lines = server.log.split('\n').filter((line) => line.includes('single sign-on'))
  check('what was refused is in the log', lines.length > 60, lines.length)
  check('by its reason', lines.some((line) => /the signature does not hold/.test(line)) && lines.some((line) => /keys: it answered 302/.test(line)))
  check('and names nobody', !/a-subject|invited-sub|Ann|cse-team|code=/.test(server.log))
}

await run({
  'what is right': rightOne,
  'tokens that are wrong': wrongTokens,
  'answers that are wrong': wrongAnswers,
  'documents that are wrong': wrongDocuments,
  'keys that change': rotation,
  'whose account it is': accounts,
  'a provider that is away': away,
  'the log': log
})
await server.stop()
