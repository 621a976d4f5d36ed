/** The conformance operations on identifiers, deadlines and forms: docs/conformance.md. */
import { BadRequest } from './reply.ts'
import type { Reply } from './reply.ts'
import type { Operations } from './request.ts'
import { ClockRefused, deadline, MAX_DAYS } from '../rules/deadline.ts'
import type { Pause } from '../rules/deadline.ts'
import { dayText, legalDay, parseDay } from '../rules/days.ts'
import { checkForm, checkSchema } from '../rules/formCheck.ts'
import { validateForm } from '../rules/forms.ts'
import { checkAreaCode, checkCertificateIdentifier, checkImportedItemCode, checkItemCode, checkQueryCode, checkResidentId, checkUscc } from '../rules/identifiers.ts'
import { own } from '../rules/json.ts'
import type { Json, JsonObject } from '../rules/json.ts'
import { buildDay, publishedYears } from '../rules/publishedCalendar.ts'

const MAX_PAUSES = 10_000
const INSTANT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]{1,18})?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))$/

function text(request: JsonObject, name: string): string {
  const value = own(request, name)
  if (typeof value !== 'string') throw new BadRequest(`${name} is not a text`)
  return value
}

function present(request: JsonObject, name: string): Json {
  const value = own(request, name)
  if (value === undefined) throw new BadRequest(`${name} is missing`)
  return value
}

function day(value: Json | undefined, name: string): string {
  if (typeof value !== 'string' || parseDay(value) === null) throw new BadRequest(`${name} is not a day, YYYY-MM-DD`)
  return value
}

/** The legal day of `now`, a day or an instant; without one, the day the release's calendar was built. */
function today(request: JsonObject): string {
  const now = own(request, 'now')
  if (now === undefined || now === null) return buildDay
  if (typeof now !== 'string' || now.length <= 10) return day(now, 'now')
  const match = INSTANT.exec(now)
  const date = parseDay(now.slice(0, 10))
  const [hour, minute, second, offsetHour, offsetMinute] = [1, 2, 3, 5, 6].map((group) => Number(match?.[group] ?? 0)) as [number, number, number, number, number]
  if (match === null || date === null || hour > 23 || minute > 59 || second > 60 || offsetHour > 23 || offsetMinute > 59) {
    throw new BadRequest('now is neither a day nor an RFC 3339 instant')
  }
  const offset = (offsetHour * 60 + offsetMinute) * (match[4] === '-' ? -1 : 1)
  const seconds = date * 86_400 + (hour * 60 + minute - offset) * 60 + Math.min(second, 59)
  const legal = legalDay(seconds * 1000)
  if (legal < (parseDay('0001-01-01') as number) || legal > (parseDay('9999-12-31') as number)) throw new BadRequest('now is out of range')
  return dayText(legal)
}

function verdict(error: string | null): Reply {
  return error === null ? { ok: true } : { ok: false, error, detail: `not valid: ${error}` }
}

function itemCheck(request: JsonObject): Reply {
  const origin = own(request, 'origin') ?? 'own'
  if (origin !== 'own' && origin !== 'import') throw new BadRequest('origin is neither own nor import')
  return verdict((origin === 'own' ? checkItemCode : checkImportedItemCode)(text(request, 'in')))
}

function deadlineOf(request: JsonObject): Reply {
  const from = day(own(request, 'from'), 'from')
  const days = own(request, 'days')
  if (typeof days !== 'number' || !Number.isInteger(days) || days < 0 || days > MAX_DAYS) throw new BadRequest(`days is not a whole number from 0 to ${MAX_DAYS}`)
  const unit = own(request, 'unit')
  if (unit !== 'workday' && unit !== 'day') throw new BadRequest('unit is neither workday nor day')
  try {
    return { ok: true, ...deadline(from, days, unit, pausesOf(own(request, 'pauses') ?? []), publishedYears) }
  } catch (error) {
    if (error instanceof ClockRefused) return { ok: false, error: error.code, detail: error.message }
    throw error
  }
}

function pausesOf(value: Json): Pause[] {
  if (!Array.isArray(value) || value.length > MAX_PAUSES) throw new BadRequest(`pauses is not a list of at most ${MAX_PAUSES} pairs of days`)
  return value.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw new BadRequest('a pause is not a pair of days')
    return { first: day(pair[0], 'the first day of a pause'), last: day(pair[1], 'the last day of a pause') }
  })
}

function formCheck(request: JsonObject): Reply {
  const fault = checkForm(present(request, 'schema'))
  return fault === null ? { ok: true } : { ok: false, ...fault, detail: `${fault.error} at "${fault.path}"` }
}

function formValidate(request: JsonObject): Reply {
  const schema = present(request, 'schema')
  const instance = present(request, 'instance')
  const fault = checkSchema(schema)
  if (fault !== null) return { ok: false, ...fault, detail: `${fault.error} at "${fault.path}"` }
  const errors = validateForm(schema, instance)
  return { ok: true, valid: errors.length === 0, errors }
}

export const OPERATIONS: Operations = {
  'id.check': (request) => verdict(checkResidentId(text(request, 'in'), today(request))),
  'uscc.check': (request) => verdict(checkUscc(text(request, 'in'))),
  'area.check': (request) => verdict(checkAreaCode(text(request, 'in'))),
  'item.check': itemCheck,
  'certificate.check': (request) => verdict(checkCertificateIdentifier(text(request, 'in'))),
  'query.check': (request) => verdict(checkQueryCode(text(request, 'in'))),
  deadline: deadlineOf,
  'form.check': formCheck,
  'form.validate': formValidate,
}
