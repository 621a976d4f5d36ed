/** What an operation answers: the reply without the request's id. */
export type Reply = { ok: boolean } & Record<string, unknown>

/** Thrown on a request of a wrong shape; the message names the field. */
export class BadRequest extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BadRequest'
  }
}
