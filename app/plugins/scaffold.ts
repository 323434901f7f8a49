/**
 * The files of a new plugin: it is found, switched on, filled in, shows a card beside the customer and passes its
 * contract, before its author has written a line.
 *
 * @param id - the folder and the id: small letters, digits, underscores
 * @param name - as people read it
 */
export function scaffold(id: string, name: string): Record<string, string> {
  return {
    'plugin.ts': `import { definePlugin, field } from '#plugin'

/** What ${name} does for the desk, in a sentence. */
export default definePlugin({
  id: '${id}',
  needs: { helpdesk: '^1.0' },

  settings: {
    greeting: field.text({ default: 'Hello' }),
  },

  panels: {
    welcome: {
      view: '${id}::welcome',
      load: async (customer, desk) => ({ greeting: \`\${desk.settings.greeting}, \${customer.name}\` }),
    },
  },

  check: async () => ({ ok: true }),
})
`,
    'views/welcome.edge': `<p>{{ data.greeting }}</p>\n`,
    'lang/en.json': json({
      name,
      about: `What ${name} does for the desk.`,
      settings: { greeting: { label: 'Greeting', hint: 'Shown beside every customer.' } },
      panels: { welcome: { label: name } },
    }),
    'lang/cs.json': json({
      name,
      about: `Co ${name} dělá pro váš tým.`,
      settings: { greeting: { label: 'Pozdrav', hint: 'Ukáže se u každého zákazníka.' } },
      panels: { welcome: { label: name } },
    }),
    'tests/plugin.spec.ts': `import { pluginContract } from '#tests/contract/plugin_contract'
import plugin from '../plugin.js'

pluginContract(plugin)
`,
  }
}

const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`
