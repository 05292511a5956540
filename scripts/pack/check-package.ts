/** Tests the npm package in a clean project. It installs it, checks types, synthesizes, and compares the template. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import ts from 'typescript';
import { ContactRecordPipelineStack } from '../../lib/contact-record-pipeline-stack';

/** `npm run synth` and `npm run templates` apply the rules of CloudFormation, which takes seconds. */
const APP = {
  builtinCloudFormationValidation: false,
  context: { '@aws-cdk/aws-iam:minimizePolicies': true },
};

const PROGRAM = `
const { App } = require('aws-cdk-lib');
const { ContactRecordPipelineStack } = require('contact-record-pipeline');
const app = new App(${JSON.stringify({ ...APP, outdir: 'cdk.out' })});
new ContactRecordPipelineStack(app, 'ContactRecordPipeline');
app.synth();
`;

const TYPES = `
import { App } from 'aws-cdk-lib';
import {
  type AbandonedContactMessage,
  type ContactRecordPipelineSettings,
  ContactRecordPipelineStack,
  type MessageAttributes,
} from 'contact-record-pipeline';

const settings: ContactRecordPipelineSettings = { recordsTableStream: true };
const { topic } = new ContactRecordPipelineStack(new App(), 'ContactRecords', settings);
export const arn: string = topic.topic.topicArn;
export const readQueue = ({ Queue }: AbandonedContactMessage): string | null | undefined => Queue?.Name;
export const readId = ({ ContactId }: MessageAttributes): string => ContactId?.StringValue ?? '';
// @ts-expect-error there is no such setting
export const wrong: ContactRecordPipelineSettings = { noSuchSetting: 1 };
`;

/** @throws Error that names the difference */
export function checkPackage(tarball: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'contact-record-pipeline-package-'));
  try {
    const dependencies = {
      ...linkInstalled('aws-cdk-lib', 'constructs'),
      'contact-record-pipeline': `file:${tarball}`,
    };
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies }));
    run(folder, 'npm', 'install', '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund');
    writeFileSync(join(folder, 'app.js'), PROGRAM);
    run(folder, process.execPath, 'app.js');
    const packed = readTemplate(join(folder, 'cdk.out'));
    assert.deepEqual(packed, synthesizeOwn(join(folder, 'own')), 'the template of the package differs');
    checkTypes(folder);
    console.log('installed in a clean project with only its peers; same template, types as declared');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Returns links to packages of this project: to install the CDK again takes half a minute. */
const linkInstalled = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, `file:${dirname(require.resolve(`${name}/package.json`))}`]));

const run = (cwd: string, command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

function synthesizeOwn(outdir: string): unknown {
  const app = new App({ ...APP, outdir, context: { ...APP.context, 'aws:cdk:bundling-stacks': [] } });
  new ContactRecordPipelineStack(app, 'ContactRecordPipeline');
  app.synth();
  return readTemplate(outdir);
}

/** Reads a template without asset hashes, which depend on the folder of the bundle. */
const readTemplate = (outdir: string): unknown =>
  JSON.parse(
    readFileSync(join(outdir, 'ContactRecordPipeline.template.json'), 'utf8').replace(
      /[0-9a-f]{64}/g,
      'hash',
    ),
  );

/** Checks only the files of the package. The files of the CDK would take a minute. */
function checkTypes(folder: string): void {
  const file = join(folder, 'app.ts');
  writeFileSync(file, TYPES);
  const program = ts.createProgram([file], {
    noEmit: true,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    types: [],
  });
  const errors = program
    .getSourceFiles()
    .filter(({ fileName }) => fileName === file || fileName.includes('node_modules/contact-record-pipeline/'))
    .flatMap((source) => [
      ...program.getSyntacticDiagnostics(source),
      ...program.getSemanticDiagnostics(source),
    ]);
  const host = {
    getCanonicalFileName: (name: string) => name,
    getCurrentDirectory: () => folder,
    getNewLine: () => '\n',
  };
  if (errors.length > 0) throw new Error(`wrong types:\n${ts.formatDiagnostics(errors, host)}`);
}
