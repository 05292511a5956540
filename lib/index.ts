/** Exports the public names of the npm package, which `npm run pack` creates. */
export {
  ContactRecordPipelineStack,
  type ContactRecordPipelineStackProps,
} from './contact-record-pipeline-stack';
export { type ContactRecordPipelineSettings, SettingsError } from './settings';
