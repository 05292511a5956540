/** Defines the contact centre. Everything is invented; the telephone numbers are reserved for fiction. */
import type { Random } from './random';

export const ACCOUNT_ID = '111122223333';
export const INSTANCE_ID = 'aaaaaaaa-0000-4000-8000-000000000001';
export const INSTANCE_ARN = `arn:aws:connect:us-east-1:${ACCOUNT_ID}:instance/${INSTANCE_ID}`;

export interface Queue {
  ARN: string;
  Name: string | null;
}
export type Agent = ReturnType<typeof createAgent>;

const formatArn = (kind: string, number: number) =>
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
].map((Name, index) => ({ ARN: formatArn('queue', index + 1), Name }));

const createGroup = (number: number, GroupName: string) => ({
  ARN: formatArn('agent-group', number),
  GroupName,
});
const REGIONS = ['North', 'South', 'Coast'].map((name, index) => createGroup(index + 1, name));
const TEAMS = ['Morning', 'Evening', 'Weekend'];
const PROFILES = ['Basic Routing Profile', 'Voice only', 'Chat and tasks', 'Second level'].map(
  (Name, index) => ({ ARN: formatArn('routing-profile', index + 1), Name }),
);

export const AGENTS = Array.from({ length: 45 }, (_, index) => createAgent(index));

function createAgent(index: number) {
  const region = REGIONS[index % REGIONS.length];
  const shift = Math.floor(index / REGIONS.length) % TEAMS.length;
  const team = createGroup(
    10 + (index % REGIONS.length) * TEAMS.length + shift,
    `${region?.GroupName} ${TEAMS[shift]}`,
  );
  return {
    ARN: formatArn('agent', index + 1),
    HierarchyGroups: {
      Level1: region ?? null,
      Level2: team,
      Level3: index % 5 === 0 ? createGroup(30, 'Night line') : null,
      Level4: null,
      Level5: null,
    },
    RoutingProfile: PROFILES[index % PROFILES.length] ?? null,
    Username: `agent-${String(index + 1).padStart(2, '0')}`,
  };
}

/** Returns an agent's own queue, which has no name and an ARN of another form. */
export const getAgentQueue = (of: Agent): Queue => ({
  ARN: of.ARN.replace('/agent/', '/queue/agent/'),
  Name: null,
});

export const pickCustomerNumber = (random: Random) =>
  `+120655501${random.whole(0, 99).toString().padStart(2, '0')}`;
export const SYSTEM_NUMBERS = ['+18005550100', '+18005550142', '+18005550177'];

const DAY = 86_400;
/** Weights of the days, Monday first, and of the hours; agents work between 8 and 20 o'clock. */
const BUSY_DAYS = [12, 10, 10, 9, 10, 5, 2];
const BUSY_HOURS = [1, 1, 1, 1, 1, 2, 2, 4, 40, 80, 100, 90, 70, 70, 80, 95, 80, 60, 40, 20, 3, 2, 2, 1];

const getHour = (moment: number) => Math.floor((moment % DAY) / 3600);
export const isOpen = (moment: number) => getHour(moment) >= 8 && getHour(moment) < 20;

/** Picks an arrival in the week that begins with this Monday, in seconds since 1970. */
export function pickArrival(random: Random, monday: number): number {
  const day = random.weighted([...BUSY_DAYS.keys()], (index) => BUSY_DAYS[index] ?? 0);
  const hour = random.weighted([...BUSY_HOURS.keys()], (index) => BUSY_HOURS[index] ?? 0);
  return monday + day * DAY + hour * 3600 + random.whole(0, 3599);
}

/** Picks the seconds in the queue, longer in the busy hours. */
export const pickWaitSeconds = (random: Random, moment: number) =>
  4 + random.wait((BUSY_HOURS[getHour(moment)] ?? 0) >= 80 ? 110 : 40);

/** Returns a Monday of 2026 at midnight, which depends on the seed only. */
export const getFirstMonday = (seed: number) => Date.UTC(2026, 0, 5) / 1000 + (seed % 40) * 7 * DAY;
