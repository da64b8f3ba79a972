// What every browser test needs: a server of its own, the people, a browser, and ways to fill the pack's forms.
import { spawn, execFileSync } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join, resolve as absolute } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..')
export const journey = JSON.parse(readFileSync(join(root, 'tests/acceptance/journey.json'), 'utf8'))
const pack = join(root, 'procedures/llr-chapter-11')
const password = 'lantern under nine bridges'

// ---- the server

const running = new Set()
process.on('exit', () => running.forEach((server) => server.end()))

export class Server {
  constructor (waymark, { factors = 1, name = '127.0.0.1', more = [] } = {}) {
    this.factors = factors
    this.name = name
    this.waymark = absolute(waymark)
    this.data = mkdtempSync(join(tmpdir(), 'waymark-test-'))
    this.listen = '127.0.0.1:0'
    this.log = ''
    this.more = more // further options of serve
    this.call('init', '--data', this.data)
  }

  call (...args) {
    return execFileSync(this.waymark, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  }

  async start () {
    const assets = existsSync(join(root, 'assets/dist/manifest.txt')) ? ['--assets', join(root, 'assets/dist')] : []
    const args = ['serve', '--data', this.data, '--pack', pack, '--listen', this.listen, ...assets, ...this.more,
      ...(this.factors === 1 ? ['--one-factor'] : [])]
    this.child = spawn(this.waymark, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    running.add(this)
    this.child.stderr.on('data', (bytes) => { this.log += bytes })
    this.ended = new Promise((resolve) => this.child.on('exit', (code, signal) => resolve({ code, signal })))
    this.url = await new Promise((resolve, reject) => {
      let said = ''
      this.child.stdout.on('data', (bytes) => {
        said += bytes
        const found = /http:\/\/(\S+)/.exec(said)
        if (found) resolve('http://' + found[1].replace('127.0.0.1', this.name))
      })
      this.child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${this.log}`)))
    })
    this.listen = this.url.slice('http://'.length).replace(this.name, '127.0.0.1') // the same place after a crash
    return this
  }

  async crash () {
    this.child.kill('SIGKILL')
    await this.ended
    return this.start()
  }

  async stop () {
    this.child.kill('SIGTERM')
    const { code, signal } = await this.ended
    running.delete(this)
    rmSync(this.data, { recursive: true, force: true })
    if (code !== 0) throw new Error(`the server ended with ${code ?? signal}:\n${this.log.slice(-4000)}`)
  }

  end () {
    this.child?.kill('SIGKILL')
    rmSync(this.data, { recursive: true, force: true })
  }

  /** Adds the account of a person of the journey and sets its password through the link. */
  async addPerson (name, person = journey.people[name]) {
    const link = this.call('account', 'add', '--data', this.data, '--role', person.role, '--agency', person.agency,
      '--name', person.name ?? name, name).trim()
    const client = new Client(this)
    const page = await client.get(new URL(link, this.url).pathname)
    const set = await client.post(page.path, { _csrf: page.csrf, password, password_again: password })
    if (set.status !== 200) throw new Error(`no password for ${name}: ${set.status} ${set.text.slice(0, 2000)}`)
  }
}

export async function serve (names = Object.keys(journey.people)) {
  const server = await new Server(process.env.WAYMARK ?? process.argv[2]).start()
  for (const name of names) await server.addPerson(name)
  return server
}

// ---- a client without a browser, for what a browser would not send

export class Client {
  constructor (server, { address } = {}) {
    this.server = server
    this.address = address
    this.cookies = new Map()
  }

  request (method, path, { headers = {}, body } = {}) {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const options = { method, headers: { ...(cookie ? { Cookie: cookie } : {}), ...headers }, agent: false }
    if (this.address) options.localAddress = this.address
    return new Promise((resolve, reject) => {
      const request = http.request(new URL(path, this.server.url), options, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part) => { text += part })
        answer.on('end', () => resolve(this.#take(answer, path, text)))
        answer.on('error', reject)
      })
      request.on('error', reject)
      request.end(body)
    })
  }

  #take (answer, path, text) {
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)
      if (/Max-Age=0/.test(line)) this.cookies.delete(name)
      else this.cookies.set(name, value)
    }
    const hidden = (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(text)?.[1]
    return {
      status: answer.statusCode,
      headers: answer.headers,
      location: answer.headers.location,
      path,
      text,
      hidden,
      csrf: hidden('_csrf'),
      form: hidden('_form')
    }
  }

  get (path, headers) {
    return this.request('GET', path, { headers })
  }

  post (path, fields, headers = {}) {
    const body = typeof fields === 'string' ? fields : new URLSearchParams(fields).toString()
    return this.request('POST', path, {
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'Content-Length': Buffer.byteLength(body), ...headers },
      body
    })
  }

  async signIn (username, word = password) {
    const page = await this.get('/sign-in')
    return this.post('/sign-in', { _csrf: page.csrf, username, password: word })
  }

  async signedIn (username) {
    const answer = await this.signIn(username)
    if (answer.status !== 303) throw new Error(`${username} is not signed in: ${answer.status}`)
    return this
  }

  /** Makes a referral with the least answers, and gives back the path of the case. */
  async refer (given, family, born) {
    let page = await this.get('/referral/new')
    let answer = await this.post('/referral/new', { _csrf: page.csrf, _form: page.form })
    const draft = answer.location.split('/')[2]
    const answers = {
      'child-name': { 'c-given_name': given, 'c-family_name': family },
      'child-birth': born ? { 'c-date_of_birth-day': born[2], 'c-date_of_birth-month': born[1], 'c-date_of_birth-year': born[0] } : {},
      concern: { narrative: 'Came home with a new phone.' },
      involvement: { involvement: 'at-risk' },
      danger: { immediate_danger: 'no' },
      notified: { 'notified_at-day': '4', 'notified_at-month': '3', 'notified_at-year': '2024', 'notified_at-time': '10:00' },
      parents: { parents_informed: 'yes' }
    }
    for (const [step, fields] of Object.entries(answers)) {
      page = await this.get(`/referral/${draft}/${step}`)
      answer = await this.post(page.path, { _csrf: page.csrf, _form: page.form, ...fields })
      if (answer.status !== 303) throw new Error(`page ${step} of the referral: ${answer.status}`)
    }
    page = await this.get(`/referral/${draft}/possible-matches`)
    if (page.status === 200) {
      await this.post(page.path, { _csrf: page.csrf, _form: page.form, same: 'none' })
    }
    page = await this.get(`/referral/${draft}/check`)
    answer = await this.post(page.path, { _csrf: page.csrf, _form: page.form })
    if (answer.status !== 303) throw new Error(`the referral was not sent: ${answer.status} ${answer.text}`)
    return answer.location.replace(/\/referred$/, '')
  }
}

/** What an app for one-time codes shows, so many steps of 30 seconds away from now. */
export function totp (secret, away = 0) {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/[^A-Z2-7]/g, '')].map((sign) => letters.indexOf(sign).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)))
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + away))
  const hash = createHmac('sha1', key).update(step).digest()
  const at = hash[19] & 15
  return String((hash.readUInt32BE(at) & 0x7fffffff) % 1000000).padStart(6, '0')
}

// ---- the browser

export const browserOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync']
}

export async function openBrowser () {
  const { chromium } = await import('playwright-core')
  return chromium.launch(browserOptions)
}

/** A page of a browser of somebody's own, signed in. What the page's policy refuses, or a script throws, is a fault. */
export async function signIn (browser, server, name, { script = true, state } = {}) {
  const context = await browser.newContext({
    baseURL: server.url, javaScriptEnabled: script, storageState: state, locale: 'en-GB'
  })
  context.setDefaultTimeout(20000)
  const page = await context.newPage()
  page.faults = []
  page.on('pageerror', (error) => page.faults.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) page.faults.push(message.text())
  })
  await fillSignIn(page, name)
  return page
}

export async function fillSignIn (page, name) {
  await page.goto('/sign-in')
  await typeSignIn(page, name)
}

export async function typeSignIn (page, name, word = password) {
  await page.fill('input[name=username]', name)
  await page.fill('input[name=password]', word)
  await page.click('button[type=submit]:has-text("Sign in")')
}

const quoted = (text) => JSON.stringify(text)

/** The local clock that a time of the journey was given in: what somebody would type. */
export function clock (text) {
  const [day, time] = text.split('T')
  const [year, month, date] = day.split('-')
  return { day: String(Number(date)), month: String(Number(month)), year, time: time ? time.slice(0, 5) : '' }
}

async function fillMoment (page, name, text) {
  const typed = clock(text)
  for (const part of ['day', 'month', 'year', 'time']) {
    const box = page.locator(`input[name=${quoted(`${name}-${part}`)}]`)
    if (await box.count() > 0) await box.fill(typed[part])
  }
}

/** Fills one question, if this page asks it; says whether it does. */
export async function fillField (page, name, value) {
  const form = page.locator('main form').last()
  if (await form.locator(`input[name=${quoted(name + '-day')}]`).count() > 0) {
    await fillMoment(page, name, value)
    return true
  }
  const inputs = form.locator(`[name=${quoted(name)}]:not([type=hidden])`)
  if (await inputs.count() === 0) return false
  const kind = await inputs.first().evaluate((element) => element.type)
  if (kind === 'radio' || kind === 'checkbox') {
    for (const one of [value].flat()) await form.locator(`[name=${quoted(name)}][value=${quoted(one)}]`).check({ force: true })
  } else if (kind === 'select-one') {
    await inputs.first().selectOption(value)
  } else {
    await inputs.first().fill(Array.isArray(value) ? value.join('\n') : value)
  }
  return true
}

/** Fills what the page asks of `fields`; gives back the names that it did not ask. */
export async function fillFields (page, fields, prefix = '') {
  const left = []
  for (const [name, value] of Object.entries(fields)) {
    if (!await fillField(page, prefix + name, value)) left.push(name)
  }
  return left
}

// ---- saying what was found

let faults = 0
let checks = 0

export function check (what, holds, detail = '') {
  checks++
  if (!holds) {
    faults++
    console.log(`FAULT ${what}${detail ? ': ' + detail : ''}`)
  }
  return holds
}

export function same (what, got, expected) {
  const [one, other] = [JSON.stringify(got), JSON.stringify(expected)]
  return check(what, one === other, `got ${one}, expected ${other}`)
}

/** Runs named parts one after the other; a part that throws is a fault, and the next goes on. */
export async function run (parts) {
  for (const [name, part] of Object.entries(parts)) {
    if (process.env.ONLY && !name.includes(process.env.ONLY)) continue
    const before = [faults, checks]
    try {
      await part()
    } catch (error) {
      check(name, false, error.stack)
    }
    console.log(`${faults === before[0] ? 'ok   ' : 'FAULT'} ${name} (${checks - before[1]} checks)`)
  }
  console.log(`${checks} checks, ${faults} faults`)
  process.exitCode = faults > 0 || checks === 0 ? 1 : 0
}
