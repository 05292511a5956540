/** Defines the types that the page's script shares. It imports nothing, because the script runs in a browser. */

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

/** A field's value; without one, `absent`, `null` or `empty`. */
export type ShownField = readonly [name: string, value: string];

export interface NextContact {
  readonly id: string;
  readonly says: string;
  readonly fields: readonly ShownField[];
}

/** `at`: the delivery's file and line, or its number in the run. */
export type Delivered = readonly [at: string, version: string, became: string];

/** The part of the report that the script shows. */
export interface Tables {
  readonly calls: readonly Call[];
  readonly histories: readonly History[];
}

export interface Count {
  readonly name: string;
  readonly count: number;
}
