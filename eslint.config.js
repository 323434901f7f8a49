import { configApp } from '@adonisjs/eslint-config'

export default configApp(
  {
    name: 'Opora: not ours to judge',
    ignores: ['database/schema.ts', 'public/**', 'storage/**', 'tmp/**'],
  },
  {
    name: 'Opora: how it looks is no test',
    rules: {
      // `npm run format` lays lines out; a line that is laid out otherwise breaks nothing.
      'prettier/prettier': 'off',
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-console': 'off',
      // A short name inside a callback may be the one outside; the types tell them apart.
      '@typescript-eslint/no-shadow': 'off',
      'valid-typeof': ['error', { requireStringLiterals: false }],
      'no-control-regex': 'off',
      'no-regex-spaces': 'off',
      '@unicorn/no-await-expression-member': 'off',
      '@typescript-eslint/naming-convention': 'off',
    },
  },
  {
    name: 'Opora: what has bitten',
    files: ['app/**/*.ts', 'plugins/**/*.ts', 'commands/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'DateTime', property: 'now', message: 'Times of the domain come from now() of #support/clock, which tests can set.' },
      ],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
    },
  }
)
