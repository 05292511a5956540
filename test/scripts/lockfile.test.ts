/**
 * What `package-lock.json` promises for machines that the tests do not run on.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Package {
  version?: string;
  resolved?: string;
  os?: string | string[];
  cpu?: string | string[];
  bin?: Record<string, string>;
  optional?: boolean;
  hasInstallScript?: boolean;
}
const lockfile = JSON.parse(readFileSync(join(__dirname, '../../package-lock.json'), 'utf8')) as {
  packages: Record<string, Package>;
};

it.each([
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'x64'],
  ['darwin', 'arm64'],
])('installs Node 24 on %s %s, without a script', (os, cpu) => {
  const isForMachine = (found: Package) => [found.os].flat().includes(os) && [found.cpu].flat().includes(cpu);
  const nodes = Object.values(lockfile.packages).filter((found) => found.bin?.node && isForMachine(found));

  expect(nodes).toEqual([
    expect.objectContaining({
      bin: { node: 'bin/node' },
      optional: true,
      version: expect.stringMatching(/^24\./) as unknown,
    }),
  ]);
  expect(nodes[0]?.hasInstallScript).toBeUndefined();
});

it('names no host of a registry', () => {
  const withHost = Object.entries(lockfile.packages).filter(([, { resolved }]) => resolved !== undefined);

  expect(withHost.map(([path]) => path)).toEqual([]);
});
