/** What the npm package exports; `npm run pack` makes it. */
export {
  ContactRecordPipelineStack,
  type ContactRecordPipelineStackProps,
} from './contact-record-pipeline-stack';
export { type ContactRecordPipelineSettings, SettingsError } from './settings';
