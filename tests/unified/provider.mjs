// npm's certified oidc-provider on a free loopback port, for tests. It prints one line of JSON when it listens, and one
// for each command that it reads from its standard input: `{"rotate": true}` makes new signing keys,
// `{"redirectUris": […], "logoutUri": …}` says where its clients are. Its one argument is their secret.
import { generateKeyPairSync } from 'node:crypto'
import { createServer } from 'node:http'
import { createInterface } from 'node:readline'

import { Provider } from 'oidc-provider'

const secret = process.argv[2]
let clients = { redirectUris: ['http://127.0.0.1/'] }
let round = 0
let keys = signingKeys()

function signingKeys() {
  round += 1
  const es = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const rs = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  return {
    keys: [
      { ...es, use: 'sig', alg: 'ES256', kid: `es-${round}` },
      { ...rs, use: 'sig', kid: `rs-${round}` },
    ],
  }
}

// One store for the providers before and after a rotation, as a provider with a database has it.
const stored = new Map()
class Adapter {
  constructor(model) {
    this.model = model
  }
  key(id) {
    return `${this.model}:${id}`
  }
  async upsert(id, payload) {
    stored.set(this.key(id), payload)
  }
  async find(id) {
    return stored.get(this.key(id))
  }
  async findByUid(uid) {
    return this.findBy('uid', uid)
  }
  async findByUserCode(code) {
    return this.findBy('userCode', code)
  }
  async findBy(member, value) {
    for (const [key, payload] of stored) {
      if (key.startsWith(`${this.model}:`) && payload[member] === value) return payload
    }
    return undefined
  }
  async consume(id) {
    const payload = stored.get(this.key(id))
    if (payload) payload.consumed = Math.floor(Date.now() / 1000)
  }
  async destroy(id) {
    stored.delete(this.key(id))
  }
  async revokeByGrantId(grantId) {
    for (const [key, payload] of stored) {
      if (key.startsWith(`${this.model}:`) && payload.grantId === grantId) stored.delete(key)
    }
  }
}

function client(id, more) {
  return {
    client_id: id,
    client_secret: secret,
    redirect_uris: clients.redirectUris,
    grant_types: ['authorization_code'],
    response_types: ['code'],
    backchannel_logout_session_required: true,
    ...(clients.logoutUri ? { backchannel_logout_uri: clients.logoutUri } : {}),
    ...more,
  }
}

function configuration() {
  return {
    adapter: Adapter,
    jwks: keys,
    cookies: { keys: ['only for tests'] },
    clients: [
      client('basic-es', { id_token_signed_response_alg: 'ES256' }),
      client('post-rs', { id_token_signed_response_alg: 'RS256', token_endpoint_auth_method: 'client_secret_post' }),
      client('basic-ps', { id_token_signed_response_alg: 'PS256' }),
      client('public', {
        id_token_signed_response_alg: 'ES256',
        token_endpoint_auth_method: 'none',
        client_secret: undefined,
      }),
    ],
    enabledJWA: {
      idTokenSigningAlgValues: ['ES256', 'RS256', 'PS256'],
    },
    claims: {
      openid: ['sub', 'sid'],
      profile: ['name'],
      phone: ['phone_number', 'phone_number_verified'],
    },
    pkce: { required: () => true },
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    // An account's name tells its claims: `unverified-137…` has a phone that nobody checked, `nameless` has none.
    async findAccount(_context, id) {
      const phone = /1\d{10}$/.exec(id)?.[0]
      return {
        accountId: id,
        async claims() {
          return {
            sub: id,
            name: '周小云',
            ...(phone ? { phone_number: `+86${phone}`, phone_number_verified: !id.startsWith('unverified-') } : {}),
          }
        },
      }
    },
    // The provider does not call loopback addresses by itself; the party under test is on one.
    fetch(url, options) {
      const { dispatcher: _, ...plain } = options
      return fetch(url, plain)
    },
  }
}

let answer = (_request, response) => response.end()
const server = createServer((request, response) => answer(request, response))

function serve() {
  const provider = new Provider(`http://127.0.0.1:${server.address().port}`, configuration())
  provider.on('server_error', (_context, error) => console.error(error))
  provider.on('backchannel.success', () => tell({ event: 'logout-delivered' }))
  provider.on('backchannel.error', (_context, error) => tell({ event: 'logout-refused', error: String(error) }))
  answer = provider.callback()
}

function tell(line) {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

server.listen(0, '127.0.0.1', () => {
  serve()
  tell({ event: 'listening', issuer: `http://127.0.0.1:${server.address().port}` })
})

const commands = createInterface({ input: process.stdin })
commands.on('line', (line) => {
  const { rotate, ...registered } = JSON.parse(line)
  if (rotate) keys = signingKeys()
  else clients = registered
  serve()
  tell({ event: 'done' })
})
// Whoever started the provider has ended: nothing of a test may outlive it.
commands.on('close', () => process.exit(0))
