import { ref } from 'vue'

/** What the offline line says beside "offline": the form puts the time of its last saving here. */
export const shownFact = ref('')
