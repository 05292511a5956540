// Runs a command of package.json: a TypeScript file of this project or the program of a package. It first checks what a
// new clone or an unusual machine lacks, so that the first command answers with one sentence instead of a stack trace.
// Plain JavaScript without dependencies, because it also runs before `npm ci`, on Node 20.
import { existsSync, realpathSync } from 'node:fs';
import module, { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const PROJECT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Lambda's Node version: npm installs it with the project where a package for the machine exists. */
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
// Of a package's program, such as `jest`, the JavaScript file behind it.
const file = isSource ? resolve(PROJECT, target) : realpathSync(join(PROJECT, 'node_modules/.bin', target));
// As if Node had been started with the file.
process.argv.splice(1, 2, file);
if (isSource) await import(createRequire(import.meta.url).resolve('tsx'));
await import(pathToFileURL(file));

function findProblem() {
  if (!existsSync(join(PROJECT, 'node_modules/tsx')))
    return 'The dependencies are not installed: run npm ci first.';
  if (Number(process.versions.node.split('.')[0]) >= NODE_MAJOR) return undefined;
  return (
    `This project needs Node ${NODE_MAJOR}. npm has no package of it for this machine (${process.platform} ${process.arch}), ` +
    `or left optional packages out: install Node ${NODE_MAJOR} from https://nodejs.org and run the command again.`
  );
}
