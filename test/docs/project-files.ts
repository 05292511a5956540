/** The files of this project, as far as they are in the repository. */
import { type Dirent, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT = join(__dirname, '../..');

/** Returns the text of a file. */
export const readProjectFile = (path: string): string => readFileSync(join(PROJECT, path), 'utf8');

/** Folders that begin with a dot are of tools or temporary, except these. */
const DOT_FOLDERS = ['.ci', '.github'];

/** Lists all files, in a clone and in an archive without Git alike: what `.gitignore` names is left out. */
export function listProjectFiles(): string[] {
  const ignored = readProjectFile('.gitignore')
    .split('\n')
    .map((line) => line.replace(/\/$/, ''));
  const isIgnored = (entry: Dirent) =>
    ignored.includes(entry.name) ||
    entry.name.endsWith('.log') ||
    (entry.isDirectory() && entry.name.startsWith('.') && !DOT_FOLDERS.includes(entry.name));
  const listFolder = (folder: string): string[] =>
    readdirSync(join(PROJECT, folder), { withFileTypes: true })
      .filter((entry) => entry.name !== '.git' && !isIgnored(entry))
      .flatMap((entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        return entry.isDirectory() ? listFolder(path) : [path];
      });
  return listFolder('').sort();
}
