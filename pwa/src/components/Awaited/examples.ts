import type { Component } from 'vue'
import { examplesOf } from '../../gallery/example'
import Awaited from './Awaited.vue'

const reload = (): Promise<void> => Promise.resolve()
const none = { value: null, at: null, fresh: true, loading: false, absence: null, reload }
export default examplesOf('Awaited', Awaited as unknown as Component, { zh: '等服务器的东西，或者老实说为什么没有。', en: 'Something from the server, or honestly what stands in its way.' }, [
  { name: { zh: '在等', en: 'Waiting' }, props: { resource: { ...none, loading: true } }, shows: [{ role: 'status' }] },
  { name: { zh: '连不上', en: 'Not reached' }, props: { resource: { ...none, absence: 'unreachable' } }, shows: [{ role: 'status' }, { role: 'button', name: { zh: '再试一次', en: 'Try again' } }] },
  { name: { zh: '没有这个', en: 'No such thing' }, props: { resource: { ...none, absence: 'missing' } }, shows: [{ role: 'status' }] },
  { name: { zh: '手机里存的', en: 'Kept from before' }, props: { resource: { ...none, value: {}, fresh: false, at: Date.parse('2026-11-18T02:32:00Z') } }, slot: { zh: '上次读到的内容', en: 'What was read last' }, shows: [], says: [{ zh: '上次读到的内容', en: 'What was read last' }] },
])
