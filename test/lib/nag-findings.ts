import { type App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/** Adds cdk-nag to an app. Returns a function that lists its findings after the synthesis, with the resources. */
export function findingsOf(app: App): () => readonly string[] {
  let findings: string[] | undefined;
  const checks = new AwsSolutionsChecks(app);
  Validations.of(app).addPlugins({
    name: checks.name,
    validate: (context) => {
      findings = checks
        .validate(context)
        .violations.map(({ ruleName, violatingResources }) =>
          [ruleName, ...violatingResources.map(({ constructPath = '' }) => constructPath)].join(' '),
        );
      return { success: true, violations: [] };
    },
  });
  return () => {
    if (findings === undefined) throw new Error('cdk-nag did not run');
    return findings;
  };
}
