import { ref, type Ref } from 'vue'
import { ApiError, post } from '../api/client'
import type { CaseView, Text } from '../api/types'
import { say, t } from '../messages'
import type { Resource } from '../resource'

/** Giving a command to one's own case. Its key is kept over retries: a lost reply must not become a second command. */
export function useCaseCommand(id: string, resource: Resource<CaseView>): { busy: Ref<boolean>; refusal: Ref<string>; give: (command: string) => Promise<boolean> } {
  const busy = ref(false)
  const refusal = ref('')
  const keys = new Map<string, string>()

  async function give(command: string): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    refusal.value = ''
    const key = keys.get(command) ?? crypto.randomUUID()
    keys.set(command, key)
    try {
      resource.value = await post<CaseView>(`/cases/${id}/commands`, { command }, key)
      keys.delete(command)
      return true
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.transient) refusal.value = t('case.command.lost')
      else {
        keys.delete(command)
        const { sentence } = (error.problem?.refusal ?? {}) as { sentence?: Text }
        refusal.value = say(sentence) || error.problem?.detail || t('wait.failed.other')
        void resource.reload()
      }
      return false
    } finally {
      busy.value = false
    }
  }

  return { busy, refusal, give }
}
