// ESLint rule: an import must not lead back to its own file, directly or through other files. Imports of types count as
// well: files that need each other's types belong together.
import { readFileSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';

/** @type {import('eslint').Rule.RuleModule} */
export default {
  meta: { type: 'problem', schema: [], messages: { cycle: 'This import closes a cycle: {{path}}.' } },
  create(context) {
    const check = ({ source }) => {
      const target = source?.type === 'Literal' ? resolveImport(context.filename, source.value) : undefined;
      const path = target && findPath(target, context.filename);
      if (path) {
        const names = [context.filename, ...path].map((file) => relative(context.cwd, file));
        context.report({ node: source, messageId: 'cycle', data: { path: names.join(' → ') } });
      }
    };
    return {
      ImportDeclaration: check,
      ImportExpression: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
    };
  },
};

/** Returns the files from `from` to `to` along imports, both included. Returns `undefined` if there is no path. */
function findPath(from, to) {
  const cameFrom = new Map([[from, undefined]]);
  for (const file of cameFrom.keys()) {
    if (file === to) {
      const path = [];
      for (let at = to; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const next of readImports(file)) if (!cameFrom.has(next)) cameFrom.set(next, file);
  }
  return undefined;
}

const imports = new Map();

function readImports(file) {
  const known = imports.get(file);
  const modifiedAt = statSync(file).mtimeMs;
  if (known?.modifiedAt === modifiedAt) return known.files;
  const specifiers = readFileSync(file, 'utf8').matchAll(
    /^(?:import|export|\}).*? from '([^']+)'|import\('([^']+)'\)/gm,
  );
  const files = [...specifiers].flatMap(([, fixed, dynamic]) => resolveImport(file, fixed ?? dynamic) ?? []);
  imports.set(file, { modifiedAt, files });
  return files;
}

/** Returns the file that a relative import names; `undefined` for a package. */
function resolveImport(importer, specifier) {
  if (!specifier.startsWith('.')) return undefined;
  const path = resolve(dirname(importer), specifier);
  return [path, `${path}.ts`, `${path}.mts`, `${path}/index.ts`].find((file) =>
    statSync(file, { throwIfNoEntry: false })?.isFile(),
  );
}
