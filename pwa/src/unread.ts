import { ref } from 'vue'

/** How many messages of the inbox are unread, as last told by the server. */
export const unread = ref(0)
