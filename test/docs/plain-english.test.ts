/** Counts the words that CONTRIBUTING says to avoid, on all pages and in all source files. A failure lists each place. */
import { listProjectFiles, readProjectFile } from './project-files';

/** Legitimate uses: each is a file, and a text on the line. */
const ALLOWED: readonly (readonly [file: string, text: string])[] = [
  ['scripts/pack/pack.ts', 'license, engines'],
  ['test/docs/names.test.ts', 'chaos|schema)'],
];

const SECTION = 'Plain English';
const THIS_TEST = 'test/docs/plain-english.test.ts';
const FILES = listProjectFiles().filter(
  (file) =>
    /\.(md|ts|mts|mjs|js)$/.test(file) &&
    !['CHANGELOG.md', THIS_TEST].includes(file) &&
    !file.startsWith('.github/'),
);

interface Place {
  readonly file: string;
  readonly line: number;
  readonly lineText: string;
  readonly word: string;
}

it('pages and source files have no word that CONTRIBUTING says to avoid', () => {
  const places = FILES.flatMap((file) => findWords(file, readText(file), readWords()));

  const isAllowed = (place: Place) => ALLOWED.some((allowed) => allows(allowed, place));
  const found = places.filter((place) => !isAllowed(place));
  expect(found.map(({ file, line, word }) => `${file}:${line}: ${word}`)).toEqual([]);
  expect(ALLOWED.filter((allowed) => !places.some((place) => allows(allowed, place)))).toEqual([]);
});

it('reads the list from CONTRIBUTING', () => {
  expect(readWords()).toEqual(
    expect.arrayContaining(['so many', 'the way of', 'behind the `--`', 'engines']),
  );
});

it.each([
  ['a word', 'nothing\n// Nobody knows', ['2: nobody']],
  ['a phrase that two lines of a comment divide', ' * the way\n * of a record', ['1: the way of']],
  ['each of several words', 'told, told', ['1: told', '1: told']],
  ['no part of a word or of a name', 'besides, retold, nobody-waiting, isTold', []],
])('finds %s', (_what, text, found) => {
  const places = findWords('a.ts', text, ['beside', 'nobody', 'told', 'the way of']);

  expect(places.map(({ line, word }) => `${line}: ${word}`)).toEqual(found);
});

const allows = ([file, text]: (typeof ALLOWED)[number], place: Place): boolean =>
  place.file === file && place.lineText.includes(text);

/** Returns a file's text; the list itself is left out. */
const readText = (file: string): string =>
  file === 'CONTRIBUTING.md' ? readProjectFile(file).replace(readSection(), '') : readProjectFile(file);

function readSection(): string {
  const [, section] = readProjectFile('CONTRIBUTING.md').split(`\n## ${SECTION}\n`);
  if (section === undefined) throw new Error(`CONTRIBUTING.md has no section "${SECTION}".`);
  return section.split('\n## ')[0] ?? '';
}

/** Returns the words of the section's list: `- told, the way of`. */
const readWords = (): string[] =>
  Array.from(readSection().matchAll(/^- (.+(?:\n {2}.+)*)/gm), ([, line = '']) => line)
    .flatMap((line) => line.split(','))
    .map((word) => word.trim().replace(/\s+/g, ' '));

/** Finds whole words; between the words of a phrase, a line of a comment may end. */
function findWords(file: string, text: string, words: readonly string[]): Place[] {
  const lines = text.split('\n');
  return words.flatMap((word) => {
    const phrase = word.split(' ').map(escape).join('[\\s*/]+');
    const pattern = new RegExp(`(?<![\\w-])${phrase}(?![\\w-])`, 'gi');
    return Array.from(text.matchAll(pattern), ({ index }) => {
      const line = text.slice(0, index).split('\n').length;
      return { file, line, lineText: lines[line - 1] ?? '', word };
    });
  });
}

const escape = (word: string): string => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
