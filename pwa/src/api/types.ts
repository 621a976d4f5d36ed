/** What the API says and takes, by the names of its schemas. Instants are RFC 3339 UTC text; legal days are `YYYY-MM-DD`. */

export interface Text { zh: string; en: string }
export interface Problem {
  type: string
  title: string
  status: number
  detail?: string
  rule?: string | null
  [member: string]: unknown
}

export interface Staff { department: { code: string; name: Text | string }; roles: ('clerk' | 'approver')[]; name: string }
export interface Account {
  id: string
  name_masked: string | null
  phone_masked: string
  id_number_masked: string | null
  identified: boolean
  staff: Staff | null
}
export interface Session { mode: 'demo' | 'test' | 'production'; account: Account | null }
export interface SignInCode { expires_in: number; resend_after: number; demo_code: string | null }
export interface Me { name: string | null; id_number: string | null; phone: string }
/** Made-up people of the demo city. */
export interface PersonaList { personas: Persona[]; people: { name: string; id_number: string }[] }
export interface Persona { phone: string; name: string; role: 'resident' | 'clerk' | 'approver'; note: Text }

export interface Street { code: string; name: Text }
export interface District { code: string; name: Text; streets: Street[] }
export interface City { code: string; name: Text; hash: string; hotline: string; districts: District[] }

export type LimitUnit = 'workday' | 'day'
export interface Limit { value: number; unit: LimitUnit }
export interface Department { code: string; name: Text }
export interface ItemSummary {
  key: string
  code: string
  name: Text
  summary: Text
  aliases: string[]
  pinyin: string
  initials: string
  visits: number
  promised: Limit
  fee_charged: boolean
  topic: string
  department: Department
  fillable: boolean
}
export interface ItemList { hash: string; items: ItemSummary[] }

export interface Material {
  key: string
  name: Text
  hint: Text
  necessity: 'required' | 'optional'
  handover: 'share' | 'upload'
  share_source: Text | null
  accept: string[]
  max_bytes: number | null
  max_files?: number
  choices: { key: string; name: Text }[] | null
}
export interface Guide {
  hash: string
  key: string
  code: string
  name: Text
  summary: Text
  regime: string
  kind: 'promised' | 'instant'
  result: { name: Text; note: Text }
  visits: number
  visits_note: Text
  promised: Limit
  statutory: Limit & { source: Text }
  fee: { charged: boolean; note: Text }
  conditions: Text[]
  materials: Material[]
  legal_basis: { title: Text; article: Text }[]
  steps: { key: string; name: Text }[]
  department: Department
  remedies: Text
  questions: { question: Text; answer: Text }[]
  effective: string
  form_hash: string
  consult_phone: string
  complaint_phone: string
}

export type Control = 'text' | 'textarea' | 'select' | 'radio' | 'date' | 'checkbox' | 'district-street' | 'file'
export interface FormField {
  pointer: string
  label: Text
  hint: Text | null
  control: Control
  options: { value: string; label: Text }[] | null
  known: 'name' | 'id_number' | 'phone' | null
  material: string | null
  errors: Record<string, Text>
  when: { pointer: string; equals: unknown } | null
}
export interface FormPage { key: string; title: Text; fields: FormField[] }
export interface Form { hash: string; schema: Record<string, unknown>; layout: { pages: FormPage[] } }
export interface Calendar { years: Record<string, { off: string[]; work: string[] }>; published: number[] }

export interface DraftFile { sha256: string; name: string; size: number; media_type: string }
export interface Draft {
  id: string
  item: string
  guide_hash: string
  form_hash: string
  values: Record<string, unknown>
  files: Record<string, DraftFile[]>
  step: number
  device: string
  revision: number
  updated_at: string
}
export type DraftSummary = Omit<Draft, 'values'>

export type DueBasis = 'published' | 'estimate'
export interface Receipt {
  case: { id: string; number: string; query_code: string; item: { key: string; name: Text } }
  submitted_at: string
  due: { date: string; basis: DueBasis }
}
export interface CaseSummary {
  id: string
  query_code: string
  item: { key: string; name: Text }
  state: string
  stage: string
  submitted_at: string
  due: string | null
  updated_at: string
  waiting_for: 'resident' | 'office' | null
}
export interface CaseList { cases: CaseSummary[]; next: string | null }
export interface Stage { key: string; name: Text; status: 'done' | 'current' | 'ahead'; at: string | null }
export interface ClockLine { first: string; last: string; kind: 'start' | 'counted' | 'rest' | 'pause'; code: string }
export interface ClockLane {
  key: 'promised' | 'statutory'
  days: number
  unit: LimitUnit
  due: string
  used: number
  left: number
  article: Text | null
  lines: ClockLine[]
}
export interface Clock {
  started: string
  today: string
  due: string
  basis: DueBasis
  state: 'running' | 'stopped' | 'done' | 'overdue'
  lanes: ClockLane[]
}
/** What an entry tells beside its type: its words, the document it made, and the reason where one was given. */
export interface TimelineData { says?: Text; document?: Text | null; reason?: string }
export interface TimelineEntry { sequence: number; type: string; at: string; by: Text; data: TimelineData }
export interface CaseMaterial {
  key: string
  name: Text
  source: 'upload' | 'share'
  note: Text | null
  files: { sha256: string; name: string }[]
}
export interface CaseView extends CaseSummary {
  number: string
  version: number
  department: Department
  stages: Stage[]
  clock: Clock | null
  timeline: TimelineEntry[]
  materials: CaseMaterial[]
  certificate: { id: string } | null
  commands: string[]
  reason: Text | null
  remedies: Text | null
}

export interface Link {
  id: string
  created_at: string
  by: 'resident' | 'staff'
  expires_at: string
  visits: number
  last_visit_at: string | null
  revoked_at: string | null
}
export interface LinkList { links: Link[] }
export interface NewLink { id: string; url: string; expires_at: string }
export interface StatusView {
  item: Text
  applicant_masked: string
  query_code_tail: string
  state: string
  stage_sentence: Text
  stages: Stage[]
  due: string | null
  basis: DueBasis | null
  expires_at: string
  department: Text
}

export interface CertificateView { key: string; name: Text; shows: Text[]; hides: Text[] }
export interface Certificate {
  id: string
  type: { key: string; name: Text }
  identifier: string
  issued_on: string
  valid_until: string
  issuer: Text
  holder_name: string
  state: string
  views: CertificateView[]
}
export interface CertificateList { certificates: Certificate[] }

export interface InboxMessage {
  id: string
  kind: string
  case_id: string | null
  params: Record<string, unknown>
  created_at: string
  read_at: string | null
}
export interface Inbox { messages: InboxMessage[]; unread: number; next: string | null }
