/**
 * What the API says and takes, by the names the app knows it under. The shapes are those of the server's own document:
 * `schema.d.ts` is made from it (`npm run types:api`). Instants are RFC 3339 UTC text; legal days are `YYYY-MM-DD`.
 */
import type { MaterialView, Message, MessagePage, Problem as ProblemBody } from './schema'

export type {
  Account,
  ApplicantData,
  CalendarView as Calendar,
  CaseList,
  CaseSummary,
  CaseView,
  CertificateList,
  CertificateSummary as Certificate,
  CityView as City,
  Clock,
  ClockLineView as ClockLine,
  CodeSent as SignInCode,
  DistrictName as District,
  Draft,
  DraftFile,
  DraftSummary,
  Field as FormField,
  Form,
  Guide,
  GuideMaterial as Material,
  ItemList,
  KnownMaterials,
  ItemSummary,
  Lane as ClockLane,
  Limit,
  LinkList,
  LinkView as Link,
  NewLink,
  ConsentList,
  ConsentState,
  ErasureAccepted,
  ErasurePreview,
  MandateList,
  MandateView as Mandate,
  OwnData as Me,
  Party,
  PartyList,
  PrivacyView,
  PurposeView as Purpose,
  ReadLine,
  RecordList,
  ReadList,
  OwnSession,
  Page as FormPage,
  PasskeyList,
  PasskeyView,
  PersonaList,
  PersonaView as Persona,
  Receipt,
  SessionList,
  SessionView as Session,
  SignInMethods,
  StageView as Stage,
  StatusView,
  Text,
  TimelineEntry,
  UnifiedIdentity,
  UnifiedIdentityList,
} from './schema'

export type CaseMaterial = MaterialView
export type InboxMessage = Message
export type Inbox = MessagePage
/** Further members depend on the type. */
export type Problem = ProblemBody & Record<string, unknown>
