import type { Guide } from '../api/types'
import { legalDay } from '../dates'
import { limitInWords } from '../itemFacts'
import { say, t, type MessageKey } from '../messages'

export interface GuideFact {
  name: string
  text: string
}

const regimes = ['confirmation', 'permit', 'benefit', 'other-power', 'public-service', 'disclosure', 'hotline']
const regimeInWords = (regime: string): string => (regimes.includes(regime) ? t(`regime.${regime}` as MessageKey) : regime)

/** Several sentences under one name; the name stands at the first. */
const listed = (name: string, texts: string[]): GuideFact[] => texts.map((text, index) => ({ name: index === 0 ? name : '', text }))

/** The laws of a guide, each with its articles. */
export const basisOf = (guide: Guide): string[] => guide.legal_basis.map((law) => `${say(law.title)} ${say(law.article)}`.trim())

/** When the certificate is renewed, and what happens when nothing is decided. */
function renewalOf({ renewal }: Guide): GuideFact[] {
  if (!renewal) return []
  const opens = renewal.opens ? t('guide.renewal.opens', { limit: limitInWords(renewal.opens) }) : ''
  return [{ name: t('guide.renewal'), text: t('guide.renewal.text', { limit: limitInWords(renewal), source: say(renewal.article), opens }) }]
}

/** The whole guide under the plain words: the elements that the law wants published, in the order people ask for them. */
export function factsOf(guide: Guide): GuideFact[] {
  const separator = t('list.separator')
  const note = guide.result.note ? `${t('list.comma')}${say(guide.result.note)}` : ''
  const statutory = guide.statutory
  const more = statutory?.extension ? limitInWords({ value: statutory.extension, unit: statutory.unit }) : ''
  const extension = more && guide.joint ? t('guide.extension.joint', { limit: more, approver: say(guide.joint.approver) }) : more && t('guide.extension', { limit: more })
  return [
    ...(guide.audience ? [{ name: t('guide.audience'), text: say(guide.audience) }] : []),
    ...listed(t('guide.conditions'), guide.conditions.map((condition) => say(condition))),
    ...listed(t('guide.steps'), guide.steps.map((step, index) => `${index + 1}. ${say(step.name)}`)),
    ...listed(t('guide.basis'), basisOf(guide)),
    { name: t('guide.statutory'), text: statutory ? `${t('guide.statutory.text', { limit: limitInWords(statutory), source: say(statutory.source) })}${extension}` : say(guide.no_statutory) },
    { name: t('guide.promised'), text: limitInWords(guide.promised) },
    ...listed(t('guide.special'), guide.special_procedures.map((procedure) => say(procedure))),
    ...(guide.public_notice_days ? [{ name: t('guide.notice'), text: t('guide.notice.days', { n: guide.public_notice_days }) }] : []),
    ...(guide.visits_reason ? [{ name: t('guide.visits.reason'), text: say(guide.visits_reason) }] : []),
    ...(guide.fee.basis ? [{ name: t('guide.fee.basis'), text: say(guide.fee.basis) }] : []),
    { name: t('guide.result'), text: `${say(guide.result.name)}${note}` },
    ...renewalOf(guide),
    ...listed(t('guide.benchmark'), (guide.benchmark?.rows ?? []).map((row) => `${say(row.circumstances)}${separator}${say(row.decision)}`)),
    ...(guide.tolerant_acceptance ? [{ name: t('guide.tolerant'), text: t('guide.tolerant.text') }] : []),
    ...(guide.commitment_based ? [{ name: t('guide.commitment'), text: t('guide.commitment.text') }] : []),
    { name: t('guide.kind'), text: `${regimeInWords(guide.regime)}${separator}${t(`guide.kind.${guide.kind}`)}` },
    { name: t('guide.how'), text: guide.handle_types.map((type) => t(`guide.how.${type}`)).join(t('list.comma')) },
    { name: t('guide.area'), text: t(`guide.area.${guide.handle_area}`) },
    ...listed(t('guide.department'), guide.offices.map((office) => say(office.department.name))),
    ...(guide.remedies ? [{ name: t('guide.remedies'), text: say(guide.remedies) }] : []),
    { name: t('guide.phones'), text: t('guide.phones.text', { consult: guide.consult_phone, complaint: guide.complaint_phone }) },
    { name: t('guide.code'), text: guide.code },
    { name: t('guide.version'), text: t('guide.version.text', { day: legalDay(guide.effective, { weekday: false, year: true }), hash: guide.hash.slice(0, 8) }) },
  ]
}
