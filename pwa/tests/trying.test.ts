import { nextTick, ref } from 'vue'
import { describe, expect, it } from 'vitest'
import { useTrying } from '../src/desk/trying'

describe('a form that an editor tries out', () => {
  it('begins anew, with rows of its own, when another form takes its place', async () => {
    const hash = ref('one')
    const trying = useTrying(() => hash.value)
    trying.setRows('/children', [{ name: '安安' }], ['row-1'])
    trying.page.value = '1'
    hash.value = 'two'
    await nextTick()
    expect([trying.values, trying.rowIds, trying.page.value]).toEqual([{}, {}, '0'])
  })

  it('stays as it is while the form does', async () => {
    const hash = ref('one')
    const trying = useTrying(() => hash.value)
    trying.setRows('/children', [{ name: '安安' }], ['row-1'])
    hash.value = 'one'
    await nextTick()
    expect([trying.values, trying.rowIds]).toEqual([{ children: [{ name: '安安' }] }, { '/children': ['row-1'] }])
  })
})
