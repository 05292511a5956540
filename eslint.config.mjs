import tseslint from 'typescript-eslint';
import noImportCycles from './scripts/eslint/no-import-cycles.mjs';

// Imports point one way. Relative paths that leave a top folder name the folder that they enter.
const otherFolders = (...folders) => `^(\\.\\./)+(${folders.join('|')})/`;
const DIRECTIONS = [
  [
    'bin',
    otherFolders('lambda', 'cli', 'local', 'bench', 'scripts', 'examples', 'test'),
    'bin/ imports lib/ only.',
  ],
  [
    'lambda',
    otherFolders('bin', 'lib', 'cli', 'local', 'bench', 'scripts', 'examples', 'test'),
    'The function imports no other top folder.',
  ],
  [
    'lambda/contact-records/contact-record',
    '^\\.\\./(?!json/)',
    'contact-record/ is the pure domain: it imports itself and json/ only.',
  ],
  ['lambda/contact-records/json', '^\\.\\./', 'json/ imports nothing outside itself.'],
  [
    'lib',
    `${otherFolders('bin', 'cli', 'local', 'bench', 'scripts', 'examples', 'test')}|^(\\.\\./)+lambda/(?!contact-records/contract$)`,
    'lib/ imports of the function only its contract.',
  ],
  [
    'cli',
    `${otherFolders('bin', 'local', 'bench', 'scripts', 'examples', 'test')}|^(\\.\\./)+lib/(?!settings$)|^\\.\\./(?!shared/|\\.\\./)`,
    'cli/ imports lambda/, cli/shared/ and lib/settings; a command imports no other command.',
  ],
  [
    'local',
    `${otherFolders('bin', 'bench', 'scripts', 'examples', 'test')}|^(\\.\\./)+cli/(?!shared/)`,
    'local/ imports lib/, lambda/ and cli/shared/.',
  ],
  [
    'bench',
    `${otherFolders('bin', 'scripts', 'examples', 'test')}|^(\\.\\./)+lib/(?!function-code$)|^(\\.\\./)+cli/(?!shared/)`,
    'bench/ imports local/, lambda/, lib/function-code and cli/shared/.',
  ],
];

export default tseslint.config(
  { ignores: ['node_modules/', 'cdk.out/', 'coverage/', 'out/', 'dist/'] },
  {
    files: ['**/*.ts', '**/*.mts'],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    plugins: { imports: { rules: { 'no-cycles': noImportCycles } } },
    rules: {
      // Each `switch` over outcomes names every outcome; a new one is a compile and a lint error.
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { requireDefaultForNonUnion: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'imports/no-cycles': 'error',
    },
  },
  ...DIRECTIONS.map(([folder, regex, message]) => ({
    files: [`${folder}/**/*.{ts,mts}`],
    rules: { 'no-restricted-imports': ['error', { patterns: directionsOf(folder, regex, message) }] },
  })),
);

/** The patterns of a folder and of the folders around it: in ESLint, the last block that matches a file replaces others. */
function directionsOf(folder, regex, message) {
  const around = DIRECTIONS.filter(([other]) => folder.startsWith(`${other}/`));
  return [...around.map(([, regex, message]) => ({ regex, message })), { regex, message }];
}
