import { encodeBase45 } from '../../src/verify/base45'
import { concat, encodeCbor, head, toHex, type Bytes, type Writable } from '../../src/verify/cbor'
import { keyFromJwk, kidOf, type PublicKey } from '../../src/verify/keys'
import type { TrustedKey } from '../../src/verify/trust'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' }
const HASH = { name: 'ECDSA', hash: 'SHA-256' }
const CODE = '11990000MB0000001X'

type PublicJwk = Record<string, string>

interface Signer {
  jwk: PublicJwk
  kid: Bytes
  public: PublicKey
  sign(typ: string, payload: Bytes): Promise<Bytes>
}

async function newSigner(): Promise<Signer> {
  const pair = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey)
  const jwk = { kty: kty!, crv: crv!, x: x!, y: y! }
  const key = await keyFromJwk(jwk)
  const kid = await kidOf(key)
  const sign = async (typ: string, payload: Bytes) => {
    const protectedBytes = encodeCbor(new Map<number, Writable>([[1, -7], [4, kid], [16, typ]]))
    const signed = concat([head(4, 4), encodeCbor('Signature1'), encodeCbor(protectedBytes), encodeCbor(new Uint8Array()), encodeCbor(payload)])
    const signature = new Uint8Array(await crypto.subtle.sign(HASH, pair.privateKey, signed))
    return concat([head(6, 18), head(4, 4), encodeCbor(protectedBytes), head(5, 0), encodeCbor(payload), encodeCbor(signature)])
  }
  return { jwk, kid, public: key, sign }
}

/** An issuing department with its root, as a city has them: mints credentials and trust lists with real signatures. */
export class Issuer {
  private constructor(
    private root: Signer,
    private department: Signer,
  ) {}

  static async make(): Promise<Issuer> {
    return new Issuer(await newSigner(), await newSigner())
  }

  get trust(): TrustedKey[] {
    return [{ kid: this.department.kid, public: this.department.public, usage: new Set(['credential']) }]
  }

  /** `ZB1:…`; `device` is the holder's public JWK, absent on paper. Times are POSIX seconds. */
  async credential(fields: [number, Writable][], times: { issued: number; ends: number }, device?: PublicJwk): Promise<string> {
    const claims = new Map<number, Writable>([
      [1, CODE],
      [4, times.ends],
      [6, times.issued],
      [7, crypto.getRandomValues(new Uint8Array(16))],
      [-65537, new Map(fields)],
    ])
    if (device) claims.set(8, new Map([[1, (await keyFromJwk(device)).coseKey as ReadonlyMap<number, Writable>]]))
    return `ZB1:${encodeBase45(await this.department.sign('application/zb+cwt', encodeCbor(claims)))}`
  }

  /** The signed part of GET /trust. */
  async trustReply(times: { issued: number; ends: number }): Promise<{ list: string; root: PublicJwk; root_kid: string }> {
    const key = this.department.public.coseKey as ReadonlyMap<number, Writable>
    const usages = concat([head(4, 1), encodeCbor('credential')])
    const members = [this.department.kid, key, CODE, '云海市公安局'].map((value, index) => concat([encodeCbor(index + 1), encodeCbor(value)]))
    const entry = concat([head(5, 7), ...members, encodeCbor(5), usages, encodeCbor(6), encodeCbor(0), encodeCbor(7), encodeCbor(4_000_000_000)])
    const claims = [1, '云海市', 4, times.ends, 6, times.issued, -65539].map(encodeCbor)
    const list = await this.root.sign('application/zt+cwt', concat([head(5, 4), ...claims, head(4, 1), entry]))
    return { list: Buffer.from(list).toString('base64url'), root: this.root.jwk, root_kid: toHex(this.root.kid) }
  }
}
