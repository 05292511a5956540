import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findChromium } from '../../../scripts/screenshot/find-chromium';

const folder = mkdtempSync(join(tmpdir(), 'chromium-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('takes the path of CHROMIUM without a search', () => {
  expect(findChromium({ CHROMIUM: '/opt/browser', PATH: folder })).toBe('/opt/browser');
});

it('finds a program on the path, and passes over a file that is none', () => {
  const [file, program] = [join(folder, 'chromium'), join(folder, 'google-chrome')];
  for (const path of [file, program]) writeFileSync(path, '');
  chmodSync(file, 0o600);
  chmodSync(program, 0o700);

  expect(findChromium({ PATH: ['/nowhere', folder].join(delimiter) })).toBe(program);
});
