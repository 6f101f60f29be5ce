import accessibility from 'eslint-plugin-jsx-a11y';
import hooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import typescript from 'typescript-eslint';

export default defineConfig(
  globalIgnores(['node_modules', 'dist*', 'src/api/schema.d.ts']),
  {
    files: ['src/**/*.{ts,tsx}'],
    extends: [
      typescript.configs.strictTypeChecked, typescript.configs.stylisticTypeChecked, hooks.configs.flat['recommended-latest'],
      accessibility.flatConfigs.strict,
    ],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'max-len': ['error', { code: 150, ignoreStrings: true, ignoreTemplateLiterals: true }],
      'max-lines': ['error', { max: 320 }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // The first field of a dialog has the focus (WAI-ARIA, dialogs).
      'jsx-a11y/no-autofocus': 'off',
      // Secrets are never in storage that scripts read; the server escapes nothing, so markup is never built from text.
      'no-restricted-properties': ['error', { property: 'innerHTML' }, { property: 'outerHTML' }],
      'no-restricted-globals': ['error', 'sessionStorage'],
      'no-restricted-syntax': ['error', { selector: 'JSXAttribute[name.name=dangerouslySetInnerHTML]', message: 'The policy forbids it.' }],
      // Empty strings count as missing, as in the API.
      '@typescript-eslint/prefer-nullish-coalescing': 'off',
    },
  },
);
