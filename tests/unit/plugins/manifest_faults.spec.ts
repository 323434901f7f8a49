import { test } from '@japa/runner'
import { definePlugin, field } from '#plugin'
import { manifestFault, satisfies } from '#plugins/manifest_faults'

const needs = { helpdesk: '^1.0' }

test.group('What is wrong with a manifest', () => {
  test('a version range is read as an author means it')
    .with([
      ['1.0.0', '^1.0', true],
      ['1.4.2', '^1.0', true],
      ['2.0.0', '^1.0', false],
      ['1.0.0', '^1.2', false],
      ['1.2.9', '~1.2', true],
      ['1.3.0', '~1.2.0', false],
      ['3.0.0', '>=1.0', true],
      ['1.7.0', '1.x', true],
      ['1.0.0', 'whatever', false],
    ] as const)
    .run(({ assert }, [version, range, fits]) => assert.equal(satisfies(version, range), fits))

  test('a sound manifest has no fault', ({ assert }) => {
    assert.isNull(manifestFault(definePlugin({ id: 'shop', needs, settings: { 'api.key': field.secret() } }), 'shop'))
  })

  test('each fault is named', ({ assert }) => {
    const fault = (manifest: unknown) => manifestFault(manifest, 'shop')?.key
    assert.equal(fault(undefined), 'faults.no_manifest')
    assert.equal(fault({ id: 'other', needs }), 'faults.id_differs')
    assert.equal(fault({ id: 'shop', needs: { helpdesk: '^9.0' } }), 'faults.version')
    assert.equal(fault({ id: 'shop', needs, schedule: { sync: { everyMinutes: 5 } } }), 'faults.job_missing')
    assert.equal(fault({ id: 'shop', needs, settings: { 'a b': field.text() } }), 'faults.key_illegal')
    assert.equal(fault({ id: 'shop', needs, settings: { 'imap': field.text(), 'imap.host': field.text() } }), 'faults.key_illegal')
    assert.equal(fault({ id: 'shop', needs, settings: { key: field.text({ when: { field: 'gone', is: true } }) } }), 'faults.when_unknown')
    assert.equal(manifestFault({ id: 'tickets', needs }, 'tickets')?.key, 'faults.id_illegal')
  })
})
