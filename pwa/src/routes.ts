import type { RouteRecordRaw } from 'vue-router'
import './installing'
import { loadRest } from './rest'

type Screen = () => Promise<{ default: object }>

/** A screen that arrives together with the messages, shapes and styles that only the first screen does without. */
function later(screen: Screen): Screen {
  return async () => {
    const [loaded] = await Promise.all([screen(), loadRest()])
    return loaded
  }
}

/** Every screen but the first. They are no part of the first screen's bytes, names and all. */
export const routes: RouteRecordRaw[] = [
  { path: '/search', component: later(() => import('./screens/SearchScreen.vue')), meta: { title: 'search.title' } },
  { path: '/services', component: later(() => import('./screens/ServicesScreen.vue')), meta: { title: 'services.title' } },
  { path: '/departments/:key', component: later(() => import('./screens/DepartmentScreen.vue')), meta: { title: 'department.title' } },
  { path: '/life/:key', component: later(() => import('./screens/LifeEventScreen.vue')), meta: { title: 'life.title' } },
  { path: '/bundles/:key', component: later(() => import('./screens/BundleScreen.vue')), meta: { title: 'bundle.title' } },
  { path: '/filings/:id', component: later(() => import('./bundles/FilingScreen.vue')), meta: { title: 'filing.title', account: true } },
  { path: '/filings/:id/members/:item', component: later(() => import('./bundles/MemberScreen.vue')), meta: { title: 'filing.mend', account: true } },
  { path: '/places', component: later(() => import('./screens/PlacesScreen.vue')), meta: { title: 'places.title' } },
  { path: '/items/:key', component: later(() => import('./screens/GuideScreen.vue')), meta: { title: 'guide.title' } },
  { path: '/items/:key/versions/:hash', component: later(() => import('./screens/GuideScreen.vue')), meta: { title: 'guide.version_of' } },
  { path: '/regulations', component: later(() => import('./screens/RegulationsScreen.vue')), meta: { title: 'regulations.title' } },
  { path: '/items/:key/form', component: later(() => import('./screens/FormScreen.vue')), meta: { title: 'form.title' } },
  { path: '/changes', component: later(() => import('./screens/ChangesScreen.vue')), meta: { title: 'changes.title' } },
  { path: '/receipt/:id', component: later(() => import('./screens/ReceiptScreen.vue')), meta: { title: 'receipt.title' } },
  { path: '/cases', component: later(() => import('./screens/CasesScreen.vue')), meta: { title: 'cases.title', tab: 'cases', account: true } },
  { path: '/cases/:id', component: later(() => import('./screens/CaseScreen.vue')), meta: { title: 'case.title', account: true } },
  { path: '/cases/:id/documents/:sequence', component: later(() => import('./screens/DocumentScreen.vue')), meta: { title: 'document.title', account: true } },
  { path: '/cases/:id/correct', component: later(() => import('./screens/CorrectScreen.vue')), meta: { title: 'answer.title', account: true } },
  { path: '/certificates', component: later(() => import('./screens/CertificatesScreen.vue')), meta: { title: 'certificates.title', tab: 'certificates', account: true } },
  { path: '/certificates/:id', component: later(() => import('./screens/CertificateScreen.vue')), meta: { title: 'certificate.title', account: true } },
  { path: '/inbox', component: later(() => import('./screens/InboxScreen.vue')), meta: { title: 'inbox.title', tab: 'inbox', account: true } },
  { path: '/me', component: later(() => import('./screens/MeScreen.vue')), meta: { title: 'me.title', tab: 'me' } },
  { path: '/records', component: later(() => import('./screens/RecordsScreen.vue')), meta: { title: 'records.title', account: true } },
  { path: '/projects', component: later(() => import('./screens/ProjectsScreen.vue')), meta: { title: 'projects.title', account: true } },
  { path: '/projects/new', component: later(() => import('./screens/NewProjectScreen.vue')), meta: { title: 'projects.new', account: true } },
  { path: '/projects/:code', component: later(() => import('./screens/ProjectScreen.vue')), meta: { title: 'project.title', account: true } },
  { path: '/me/security', component: later(() => import('./screens/SecurityScreen.vue')), meta: { title: 'security.title', account: true } },
  { path: '/me/family', component: later(() => import('./screens/FamilyScreen.vue')), meta: { title: 'family.title', account: true } },
  { path: '/me/data', component: later(() => import('./screens/DataScreen.vue')), meta: { title: 'data.title', account: true } },
  { path: '/me/data/erase', component: later(() => import('./screens/EraseScreen.vue')), meta: { title: 'erase.title', account: true } },
  { path: '/goodbye', component: later(() => import('./screens/GoodbyeScreen.vue')), meta: { title: 'goodbye.title' } },
  { path: '/sign-in', component: later(() => import('./screens/SignInScreen.vue')), meta: { title: 'sign_in.title' } },
  { path: '/sign-in/return', component: later(() => import('./screens/SignInReturnScreen.vue')), meta: { title: 'sign_in.title' } },
  { path: '/identity', component: later(() => import('./screens/IdentityScreen.vue')), meta: { title: 'identity.title', account: true } },
  { path: '/help', component: later(() => import('./screens/HelpScreen.vue')), meta: { title: 'help.title' } },
  { path: '/feedback', component: later(() => import('./screens/FeedbackScreen.vue')), meta: { title: 'feedback.title' } },
  { path: '/s', component: later(() => import('./screens/StatusScreen.vue')), meta: { title: 'status.title' } },
  { path: '/:missing(.*)*', component: later(() => import('./screens/MissingScreen.vue')), meta: { title: 'missing.title' } },
]
