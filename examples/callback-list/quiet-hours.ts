/** Hours in which no task is created, such as `20:00-08:00`. */

const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const QUIET_HOURS = new RegExp(`^${TIME}-${TIME}$`);

export const isQuietHours = (text: string): boolean => QUIET_HOURS.test(text);

/** Checks for a name that this machine's database of time zones has, such as Europe/Berlin. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Says whether a time is within the quiet hours. They begin with their first minute, and end before their last one. */
export function isQuiet(time: number, quietHours: string, timeZone: string): boolean {
  if (!isQuietHours(quietHours)) return false;
  const [from = '', to = ''] = quietHours.split('-');
  const format = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const local = new Intl.DateTimeFormat('en-GB', format).format(time);
  return from <= to ? from <= local && local < to : from <= local || local < to;
}
