import js from '@eslint/js';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

export default tseslint.config(
  { ignores: ['dist', 'node_modules'] },
  js.configs.recommended,
  tseslint.configs.recommended,
  reactHooks.configs.flat.recommended,
  {
    // Addresses of pages are put together in src/links alone. The keys of a table that is made for its list of pages are no second list.
    files: ['src/**'],
    ignores: ['src/links/**', '**/*.test.*'],
    rules: {
      'no-restricted-syntax': ['error', ...[
        'Literal[value=/^\\/\\w/]:not(Property > Literal.key)',
        'TemplateElement[value.raw=/^\\/\\w/]:first-child',
        'JSXAttribute[name.name=/^(href|to|path)$/] > Literal',
      ].map((selector) => ({ selector, message: 'Addresses of pages come from src/links.' }))],
    },
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  // Runs in the browser as it stands, before all others.
  { files: ['public/**'], languageOptions: { globals: { document: 'readonly', localStorage: 'readonly', matchMedia: 'readonly' } } },
);
