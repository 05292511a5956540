/** `npm run doctor`: checks an account before a deployment, and a deployed stack. */
import { requireRegionAndCredentials } from '../shared/aws-clients';
import { createPaint } from '../shared/colours';
import { EXIT, runCommand, type Running } from '../shared/run-command';
import { UsageError } from '../shared/usage-error';
import { doctorCommand, type Settings } from './doctor-options';
import { formatFinding, formatSettings, formatVerdict } from './doctor-report';
import { createDoctorServices } from './doctor-services';
import { createFindings, type Finding } from './findings';
import { runChecks } from './run-checks';

async function run(settings: Settings, { stopping, print, result }: Running): Promise<number> {
  const region = await requireRegionAndCredentials();
  const { id, region: ofInstance = region } = settings.instance;
  if (ofInstance !== region) {
    throw new UsageError(
      `The instance is in ${ofInstance}, and AWS_REGION is ${region}: set AWS_REGION to the region of the instance.`,
    );
  }
  const found: Finding[] = [];
  Object.assign(result, { instance: id, stack: settings.stack ?? null, region, findings: found });
  const paint = createPaint(process.stdout);
  const findings = createFindings((finding) => {
    found.push(finding);
    print(formatFinding(finding, paint));
  });
  const chosen = await runChecks(settings, region, createDoctorServices(stopping), findings);
  const count = (level: Finding['level']) => found.filter((finding) => finding.level === level).length;
  const counts = { ok: count('ok'), note: count('note'), todo: count('todo'), unknown: count('unknown') };
  Object.assign(result, { settings: chosen ?? null, counts });
  if (chosen) print(formatSettings(chosen));
  print(formatVerdict(counts));
  return counts.todo + counts.unknown === 0 ? EXIT.success : EXIT.failure;
}

runCommand({ commandLine: doctorCommand, run, onStop: 'Stopping after the current request.' });
