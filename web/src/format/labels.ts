/** The labels of a series, an alert or a target, by name. */
export type Labels = Record<string, string>;
