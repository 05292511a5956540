/** Creates a release from the commits (see `HELP`). It pushes nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `Usage: npm run release [-- --execute]

Shows the next version and its section of CHANGELOG.md. With
--execute it also writes them, commits and tags. It does not push.

The version follows from the titles of the commits since the last tag:
  fix: ... and others   0.1.0 -> 0.1.1
  feat: ...             0.1.0 -> 0.2.0
  feat!: ... (any "!")  1.2.3 -> 2.0.0, but 0.1.0 -> 0.2.0
Without a tag, the version is the one in package.json.
`;

/** Creates or describes the release of the project in `folder`. Returns its text; `today` is `yyyy-mm-dd`. */
export function release(folder: string, today: string, execute: boolean): string {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  if (git('status', '--porcelain') !== '')
    throw new Error('The working tree has uncommitted changes: commit them first.');

  const lines = (...args: string[]) =>
    git(...args)
      .split('\n')
      .filter(Boolean);
  const [last] = lines('tag', '--list', 'v*', '--sort=-version:refname');
  const titles = lines('log', '--no-merges', '--format=%s', ...(last ? [`${last}..HEAD`] : []));
  if (titles.length === 0) throw new Error(`There are no commits since ${last ?? 'the beginning'}.`);

  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const packages = ['package.json', 'package-lock.json'].map((name) => ({
    name,
    content: JSON.parse(read(name)) as Package,
  }));
  const version = last ? next(last.slice(1), titles) : (packages[0]?.content.version ?? '');
  const changelog = cut(read('CHANGELOG.md'), `## ${version} - ${today}`, titles);

  if (execute) {
    writeFileSync(join(folder, 'CHANGELOG.md'), changelog.text);
    for (const { name, content } of packages) {
      content.version = version;
      if (content.packages) content.packages[''].version = version;
      writeFileSync(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
    }
    git('commit', '--all', '--message', `chore: release ${version}`);
    git('tag', '--annotate', `v${version}`, '--message', `v${version}`);
  }
  const then = execute
    ? 'Committed and tagged. To publish it: git push --follow-tags'
    : 'Nothing was written. To do it: npm run release -- --execute';
  return `${last ?? 'no release yet'} -> v${version}, ${titles.length} commits\n\n${changelog.section}\n${then}\n`;
}

interface Package {
  version: string;
  packages?: { '': { version: string } };
}

/** Returns the next version. Before 1.0.0, a minor version may change everything. */
function next(last: string, titles: readonly string[]): string {
  const [major = 0, minor = 0, patch = 0] = last.split('.').map(Number);
  const isBreaking = titles.some((title) => /^\w+(\(.*?\))?!:/.test(title));
  if (isBreaking && major > 0) return `${major + 1}.0.0`;
  if (isBreaking || titles.some((title) => /^feat\b/.test(title))) return `${major}.${minor + 1}.0`;
  return `${major}.${minor}.${patch + 1}`;
}

/** Moves unreleased changes under a new heading. If there are none, they are taken from the titles of the commits. */
function cut(changelog: string, heading: string, titles: readonly string[]) {
  const [before = '', rest] = changelog.split('## Unreleased\n');
  if (rest === undefined) throw new Error('CHANGELOG.md has no section "## Unreleased": add it.');
  const [unreleased = '', ...older] = rest.split(/^(?=## )/m);
  const section = `${heading}\n\n${unreleased.trim() || fromTitles(titles)}\n`;
  return { section, text: [`${before}## Unreleased\n`, section, ...older].join('\n').replace(/\n+$/, '\n') };
}

const SECTIONS = { Added: /^feat\W/, Changed: /^(perf|refactor)\W/, Fixed: /^fix\W/ } as const;

function fromTitles(titles: readonly string[]): string {
  const sections = Object.entries(SECTIONS).flatMap(([name, type]) => {
    const lines = titles.filter((title) => type.test(title)).map((title) => `- ${sentence(title)}`);
    return lines.length === 0 ? [] : [`### ${name}\n\n${lines.join('\n')}`];
  });
  return sections.join('\n\n') || 'No change that users notice.';
}

/** Converts a title to a sentence: `fix: one thing` becomes `One thing.` */
function sentence(title: string): string {
  const text = title.replace(/^.*?: */, '');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

if (process.argv[1] === __filename) {
  try {
    const { values } = parseArgs({
      options: { execute: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h' } },
    });
    const today = new Date().toISOString().slice(0, 10);
    process.stdout.write(values.help ? HELP : release(process.cwd(), today, values.execute));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`);
    process.exitCode = 1;
  }
}
