/** Raised on input that is not what it should be. Callers look at `code`, a short stable word, never at the message. */
export class VerifyError extends Error {
  constructor(readonly code: string, message: string) {
    super(message)
    this.name = 'VerifyError'
  }
}
