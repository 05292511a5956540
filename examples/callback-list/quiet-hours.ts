/** Checks and evaluates the hours in which no task is created, such as `20:00-08:00`. */

const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const QUIET_HOURS = new RegExp(`^${TIME}-${TIME}$`);

export const isQuietHours = (text: string): boolean => QUIET_HOURS.test(text);

/** Returns whether this machine knows the time zone, such as Europe/Berlin. */
export function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Returns whether a time is within the quiet hours. The end time is not part of them. */
export function isQuiet(time: number, quietHours: string, timeZone: string): boolean {
  if (!isQuietHours(quietHours)) return false;
  const [from = '', to = ''] = quietHours.split('-');
  const format = { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const local = new Intl.DateTimeFormat('en-GB', format).format(time);
  return from <= to ? from <= local && local < to : from <= local || local < to;
}
