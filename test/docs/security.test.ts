import { fillBlocks } from '../../bench/report/page-blocks';
import { createPermissionTables } from '../../scripts/docs/permission-tables';
import { readProjectFile } from './project-files';

it('docs/security.md has the permissions of the template: `npm run docs` renews it', () => {
  const page = readProjectFile('docs/security.md');

  expect(fillBlocks(page, createPermissionTables())).toBe(page);
});
