/** Releases of a project made up in a temporary Git repository. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { release } from '../../scripts/release';

let folder: string;
const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
const read = (name: string) => readFileSync(join(folder, name), 'utf8');
const commit = (title: string) => git('commit', '--allow-empty', '--message', title);
const releaseNow = (execute = true) => release(folder, '2026-11-25', execute);

const CHANGELOG = '# Changelog\n\n## Unreleased\n';
const environment = { ...process.env };

/** The project with its first commit; each test has a copy. */
let original: string;
beforeAll(() => {
  Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' });
  original = folder = mkdtempSync(join(tmpdir(), 'release-'));
  git('init', '--quiet');
  git('config', 'user.name', 'A Person');
  git('config', 'user.email', 'person@example.com');
  writeFileSync(join(folder, 'package.json'), '{\n  "name": "a",\n  "version": "0.1.0"\n}\n');
  writeFileSync(
    join(folder, 'package-lock.json'),
    JSON.stringify({
      name: 'a',
      version: '0.1.0',
      packages: { '': { version: '0.1.0' }, 'node_modules/b': { version: '9.9.9' } },
    }),
  );
  writeFileSync(join(folder, 'CHANGELOG.md'), `${CHANGELOG}\n### Added\n\n- What a person wrote.\n`);
  git('add', '--all');
  commit('feat: the beginning');
});
afterAll(() => {
  process.env = { ...environment };
  rmSync(original, { recursive: true });
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  cpSync(original, folder, { recursive: true });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('the first has the version that package.json has, and what stands under "Unreleased"', () => {
  expect(releaseNow()).toContain('no release yet -> v0.1.0, 1 commits');
  expect(read('CHANGELOG.md')).toBe(
    `${CHANGELOG}\n## 0.1.0 - 2026-11-25\n\n### Added\n\n- What a person wrote.\n`,
  );
  expect(git('tag', '--list')).toBe('v0.1.0');
  expect(git('log', '-1', '--format=%s')).toBe('chore: release 0.1.0');
  expect(git('status', '--porcelain')).toBe('');
});

it('without --execute nothing is written, committed or tagged', () => {
  expect(releaseNow(false)).toMatch(
    /## 0\.1\.0 - 2026-11-25\n\n### Added\n\n- What a person wrote\.\n\nNothing was written/,
  );
  expect(git('status', '--porcelain')).toBe('');
  expect(git('log', '--format=%s')).toBe('feat: the beginning');
  expect(git('tag', '--list')).toBe('');
});

describe('the next version', () => {
  beforeEach(() => {
    releaseNow();
  });

  it.each([
    ['0.1.1', ['docs: a page', 'fix: a mistake']],
    ['0.2.0', ['fix: a mistake', 'feat: something new']],
    ['0.2.0', ['refactor!: everything is named otherwise']],
    ['0.1.1', ['fix: featured contacts', 'test: feat and more']],
  ])('is %s after %j', (version, titles) => {
    titles.forEach(commit);
    releaseNow();
    expect(git('tag', '--list', '--points-at', 'HEAD')).toBe(`v${version}`);
    expect(JSON.parse(read('package.json'))).toMatchObject({ version });
    expect(JSON.parse(read('package-lock.json'))).toMatchObject({
      version,
      packages: { '': { version }, 'node_modules/b': { version: '9.9.9' } },
    });
  });

  it('is a major one from 1.0.0 on, if something breaks; and 0.10.0 comes after 0.9.0', () => {
    git('tag', 'v0.9.0');
    git('tag', 'v0.10.0');
    commit('feat: something new');
    expect(releaseNow(false)).toContain('v0.10.0 -> v0.11.0');
    git('tag', 'v1.2.3');
    commit('feat(stack)!: another table');
    expect(releaseNow(false)).toContain('v1.2.3 -> v2.0.0, 1 commits');
  });

  it('is listed from the titles since the last one when the section is empty, above the older ones', () => {
    ['fix: one mistake', 'docs: a page', 'perf: it is faster', 'fix: another one'].forEach(commit);
    releaseNow();
    expect(read('CHANGELOG.md')).toBe(
      `${CHANGELOG}\n## 0.1.1 - 2026-11-25\n\n### Changed\n\n- It is faster.\n\n### Fixed\n\n- Another one.\n- One mistake.\n` +
        '\n## 0.1.0 - 2026-11-25\n\n### Added\n\n- What a person wrote.\n',
    );
  });

  it('is refused when there are no new commits', () => {
    expect(() => releaseNow()).toThrow('There are no commits since v0.1.0.');
  });
});

it('refuses a release when changes are uncommitted or the section is missing', () => {
  writeFileSync(join(folder, 'forgotten'), '');
  expect(() => releaseNow()).toThrow('The working tree has uncommitted changes: commit them first.');
  rmSync(join(folder, 'forgotten'));
  writeFileSync(join(folder, 'CHANGELOG.md'), '# Changelog\n');
  git('add', '--all');
  commit('docs: no more');
  expect(() => releaseNow()).toThrow('CHANGELOG.md has no section "## Unreleased": add it.');
});

it('runs as `npm run release` does', () => {
  const help = execFileSync(process.execPath, ['scripts/launch.mjs', 'scripts/release.ts', '--help'], {
    cwd: join(__dirname, '../..'),
    encoding: 'utf8',
  });

  expect(help).toContain('npm run release');
});
