/**
 * The contact centre itself: its queues, its people, its telephone numbers and its opening hours. All of it is
 * invented; the telephone numbers are of the ranges that are reserved for fiction.
 */
import type { Random } from './random';

export const ACCOUNT_ID = '111122223333';
export const INSTANCE_ID = 'aaaaaaaa-0000-4000-8000-000000000001';
export const INSTANCE_ARN = `arn:aws:connect:us-east-1:${ACCOUNT_ID}:instance/${INSTANCE_ID}`;

export interface Queue {
  ARN: string;
  Name: string | null;
}
export type Agent = ReturnType<typeof agent>;

const arn = (kind: string, number: number) =>
  `${INSTANCE_ARN}/${kind}/00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const QUEUES: readonly Queue[] = [
  'Appliances',
  'Billing',
  'Deliveries',
  'Orders',
  'Returns',
  'Technical Support',
  'Español',
  'BasicQueue',
].map((Name, index) => ({ ARN: arn('queue', index + 1), Name }));

const group = (number: number, GroupName: string) => ({ ARN: arn('agent-group', number), GroupName });
const REGIONS = ['North', 'South', 'Coast'].map((name, index) => group(index + 1, name));
const TEAMS = ['Morning', 'Evening', 'Weekend'];
const PROFILES = ['Basic Routing Profile', 'Voice only', 'Chat and tasks', 'Second level'].map(
  (Name, index) => ({
    ARN: arn('routing-profile', index + 1),
    Name,
  }),
);

export const AGENTS = Array.from({ length: 45 }, (_, index) => agent(index));

function agent(index: number) {
  const region = REGIONS[index % REGIONS.length];
  const shift = Math.floor(index / REGIONS.length) % TEAMS.length;
  const team = group(
    10 + (index % REGIONS.length) * TEAMS.length + shift,
    `${region?.GroupName} ${TEAMS[shift]}`,
  );
  return {
    ARN: arn('agent', index + 1),
    HierarchyGroups: {
      Level1: region ?? null,
      Level2: team,
      Level3: index % 5 === 0 ? group(30, 'Night line') : null,
      Level4: null,
      Level5: null,
    },
    RoutingProfile: PROFILES[index % PROFILES.length] ?? null,
    Username: `agent-${String(index + 1).padStart(2, '0')}`,
  };
}

/** An agent's own queue has no name, and an ARN of another form. */
export const ownQueue = (of: Agent): Queue => ({
  ARN: of.ARN.replace('/agent/', '/queue/agent/'),
  Name: null,
});

export const customerNumber = (random: Random) =>
  `+120655501${random.whole(0, 99).toString().padStart(2, '0')}`;
export const SYSTEM_NUMBERS = ['+18005550100', '+18005550142', '+18005550177'];

const DAY = 86_400;
/** How busy a day is, Monday first, and an hour of it; between 8 and 20 o'clock there are people. */
const BUSY_DAYS = [12, 10, 10, 9, 10, 5, 2];
const BUSY_HOURS = [1, 1, 1, 1, 1, 2, 2, 4, 40, 80, 100, 90, 70, 70, 80, 95, 80, 60, 40, 20, 3, 2, 2, 1];

const hourOf = (moment: number) => Math.floor((moment % DAY) / 3600);
export const isOpen = (moment: number) => hourOf(moment) >= 8 && hourOf(moment) < 20;

/** A moment, in seconds since 1970, in the week that begins with this Monday. */
export function arrival(random: Random, monday: number): number {
  const day = random.weighted([...BUSY_DAYS.keys()], (index) => BUSY_DAYS[index] ?? 0);
  const hour = random.weighted([...BUSY_HOURS.keys()], (index) => BUSY_HOURS[index] ?? 0);
  return monday + day * DAY + hour * 3600 + random.whole(0, 3599);
}

/** Seconds in the queue: longer in the busy hours. */
export const waitInQueue = (random: Random, moment: number) =>
  4 + random.wait((BUSY_HOURS[hourOf(moment)] ?? 0) >= 80 ? 110 : 40);

/** A Monday of 2026 at midnight, by seed: no clock is asked, so that a seed gives the same bytes tomorrow. */
export const firstMonday = (seed: number) => Date.UTC(2026, 0, 5) / 1000 + (seed % 40) * 7 * DAY;
