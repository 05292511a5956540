// Runs a command of package.json: a TypeScript file of this project or the program of a package. It first checks that
// dependencies and Node are installed, so that a new clone shows one sentence instead of a stack trace. It is plain
// JavaScript without dependencies, because it also runs before `npm ci`, on Node 20.
import { existsSync, realpathSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Lambda's Node version. npm installs it with the project if a package for the machine exists. */
const NODE_MAJOR = 24;

const problem = findProblem();
if (problem) {
  console.error(problem);
  process.exit(1);
}

// Keeps compiled code, so that the next command starts faster. The processes that the command starts do the same.
process.env.NODE_COMPILE_CACHE ??= join(PROJECT, 'node_modules/.cache/node');
module.enableCompileCache(process.env.NODE_COMPILE_CACHE);

const [, , target] = process.argv;
const isSource = target.endsWith('.ts');
// Resolves the program of a package, such as `jest`, to its JavaScript file.
const file = isSource ? resolve(PROJECT, target) : realpathSync(join(PROJECT, 'node_modules/.bin', target));
// Makes the arguments look as if Node had started the file.
process.argv.splice(1, 2, file);
if (isSource) await import(createRequire(import.meta.url).resolve('tsx'));
await import(pathToFileURL(file));

function findProblem() {
  if (!existsSync(join(PROJECT, 'node_modules/tsx')))
    return 'The dependencies are not installed: run npm ci first.';
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return undefined;
  return (
    `This project needs Node ${NODE_MAJOR}. npm has no package of it for this machine (${process.platform} ${process.arch}), ` +
    `or npm left out optional packages: install Node ${NODE_MAJOR} from https://nodejs.org and run the command again.`
  );
}
