/**
 * What is no part of a line of text: control characters (C0, C1), line and paragraph separators, and the direction marks,
 * which turn text around. Words of others that go to a terminal or a log are rid of all of these.
 */
export const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu
