import { currentAccount } from '../offline/account'
import { deviceName } from '../offline/device-name'
import { exclusively } from '../offline/exclusive'
import { attempt, type Outcome } from '../offline/request'
import { theStore } from '../offline/store'
import { uuidv7 } from '../offline/uuid'

/** This phone as the account's registered device. The private key cannot leave the browser. */
export interface Device {
  id: string
  pair: CryptoKeyPair
}

/** The account's device key on this phone, made at its first use: one for each account, so that none can be linked by it. Raises StorageFailed. */
export async function deviceKey(): Promise<Device> {
  const name = `device:${await currentAccount()}`
  // Two pages must not make two keys: the later one would void what the earlier has bound.
  return exclusively(`zhangban-${name}`, async () => {
    const store = await theStore()
    const row = await store.get('keys', name)
    if (row?.kind === 'device') return { id: row.id, pair: row.pair }
    const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify'])
    const made = { id: uuidv7(), pair }
    await store.commit([{ store: 'keys', put: { name, kind: 'device', ...made } }])
    return made
  })
}

/** Registers this phone's public key with the account; doing it again changes nothing. Raises StorageFailed. */
export async function bindDevice(): Promise<{ device: Device; outcome: Outcome<unknown> }> {
  const device = await deviceKey()
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', device.pair.publicKey)
  const body = { key: { kty, crv, x, y }, name: deviceName() }
  return { device, outcome: await attempt('PUT', `/devices/${device.id}`, { body }) }
}
