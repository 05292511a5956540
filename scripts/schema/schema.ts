/** `npm run schema`: renews the JSON Schemas in `docs/schema/`. A test fails if they are out of date. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { defineCommand } from '../../cli/shared/define-command';
import { EXIT, runCommand, type Running } from '../../cli/shared/run-command';
import { schemas } from './generate-schemas';

const FOLDER = 'docs/schema';

async function run(_settings: undefined, { print, result }: Running): Promise<number> {
  const files: string[] = [];
  result.files = files;
  for (const [name, schema] of Object.entries(schemas())) {
    const file = join(__dirname, '../..', FOLDER, name);
    const style = await resolveConfig(file);
    writeFileSync(file, await format(JSON.stringify(schema), { ...style, parser: 'json' }));
    files.push(`${FOLDER}/${name}`);
    print(`${FOLDER}/${name}\n`);
  }
  return EXIT.success;
}

runCommand({
  commandLine: defineCommand({
    call: 'npm run schema',
    usage: '[options]',
    about: [
      `Renews the JSON Schemas in ${FOLDER}/: of the message, and of the table's item. They come from the model and its
      docstrings. Run it after a change of the model: a test fails until then.`,
    ],
    options: {},
    examples: { 'npm run schema': 'writes the files, and prints their names' },
    status: { 0: 'the files are up to date', 1: 'a file could not be written' },
    toSettings: () => undefined,
  }),
  run,
});
