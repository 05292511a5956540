/** What the report page knows of a run. `page/script.ts` gets its tables as JSON, and imports these types. */

/** A customer to call. */
export interface Call {
  readonly id: string;
  /** End of the contact. */
  readonly ended?: string;
  readonly queue: string;
  readonly seconds?: number;
  readonly channel: string;
  readonly number: string;
  /** JSON as in `messages.ndjson`. Absent if there is none, or if the page has no room for it. */
  readonly message?: string;
  /** Why there is no message here. */
  readonly without?: string;
}

export interface History {
  readonly id: string;
  readonly queue: string;
  /** `abandoned`, `awaiting`, `forgotten`, or why it is not abandoned. */
  readonly decision: string;
  readonly says: string;
  readonly fields: readonly ShownField[];
  readonly next?: NextContact;
  /** Of the version in the table. */
  readonly version: string;
  readonly messages: number;
  readonly deliveries: readonly Delivered[];
  /** Deliveries that are not in the list. */
  readonly more?: number;
}

/** What it says, or how it says nothing: absent, null or empty. */
export type ShownField = readonly [name: string, value: string];

export interface NextContact {
  readonly id: string;
  readonly says: string;
  readonly fields: readonly ShownField[];
}

/** `at`: the number of the delivery in the run, and its file and line. */
export type Delivered = readonly [at: string, version: string, became: string];

/** The part of the report that the script shows. */
export interface Tables {
  readonly calls: readonly Call[];
  readonly histories: readonly History[];
}

export interface FailedGroup {
  readonly kind: string;
  readonly reason: string;
  readonly count: number;
  /** Where the first ones are. */
  readonly places: readonly string[];
}

export interface Check {
  readonly sentence: string;
  readonly count: number;
  readonly first: readonly { readonly kind: string; readonly id: string }[];
}

/** A queue and an hour of the day (UTC) with a number of abandoned contacts. */
export interface QueueHour {
  readonly queue: string;
  readonly hour: number;
  readonly count: number;
}

export interface Count {
  readonly name: string;
  readonly count: number;
}

export interface Report extends Tables {
  readonly written: string;
  readonly isPartial: boolean;
  /** What the page leaves out, one sentence each. */
  readonly leftOut: readonly string[];
  readonly flow: Flow;
  readonly byQueueAndHour: readonly QueueHour[];
  readonly byWaitingTime: readonly Count[];
  readonly byReason: readonly Count[];
  readonly failed: readonly FailedGroup[];
  readonly drift: readonly { readonly path: string; readonly place: string }[];
  readonly checks: readonly Check[];
  readonly settings: readonly (readonly [name: string, value: string])[];
}

/** A line of the section on deliveries; `level` 1 is a part of the line above it. */
export interface FlowLine {
  readonly level: 0 | 1;
  readonly name: string;
  readonly count: number;
  readonly says: string;
}

export interface Flow {
  readonly totals: readonly Count[];
  readonly groups: readonly { readonly title: string; readonly lines: readonly FlowLine[] }[];
  readonly remarks: readonly string[];
}
