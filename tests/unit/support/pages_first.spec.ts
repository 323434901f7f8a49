import { test } from '@japa/runner'
import { afterPages, pageBegins, pagesAreRead } from '#support/pages_first'

test.group('Support | pages go first', () => {
  test('who works in the background goes on when the last page is made', async ({ assert }) => {
    const [first, second] = [pageBegins(), pageBegins()]
    const order: string[] = []
    const work = afterPages(60_000).then(() => order.push('work'))
    order.push('one page')
    first()
    first()
    await new Promise((done) => setImmediate(done))
    order.push('two pages')
    second()
    await work
    assert.deepEqual(order, ['one page', 'two pages', 'work'])
    assert.isTrue(pagesAreRead())
  })

  test('no page holds it up for ever', async () => {
    const end = pageBegins()
    await afterPages(5)
    end()
    await afterPages(60_000)
  })
})
