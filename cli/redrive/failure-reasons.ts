/** Parses the reasons of failed records for `--reason`. */
import type { FailedRecordReason } from '../../lambda/contact-records/batch/outcome';
import { UNREADABLE_REASONS, type UnreadableReason } from '../../lambda/contact-records/steps/decode';
import type { Parser } from '../shared/options';

/** Typed so that a new reason of the function is a compile error here. */
const OTHER_REASONS: Record<Exclude<FailedRecordReason, UnreadableReason>, true> = {
  'message-refused': true,
  'same-second-other-content': true,
};

/** The function's reasons: a closed set. */
const FUNCTION_REASONS: readonly string[] = [...UNREADABLE_REASONS, ...Object.keys(OTHER_REASONS)];

/** Conditions of the event source mapping that are known. AWS may add others. */
const MAPPING_CONDITIONS = ['RecordAgeExceeded', 'RetryAttemptsExhausted'];

/** Takes the function's reasons, and words that are written as the mapping's conditions are. */
export const failureReason: Parser<string> = {
  parse: (text) => (FUNCTION_REASONS.includes(text) || /^[A-Z][A-Za-z]{0,63}$/.test(text) ? text : undefined),
  describeError: (option) =>
    `${option} takes a reason of the function (${FUNCTION_REASONS.join(', ')}) or a condition of the event source ` +
    `mapping (such as ${MAPPING_CONDITIONS.join(', ')}).`,
};
