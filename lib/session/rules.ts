/** The rules for names and values, each with the words that follow "expected" in a message, and the limits of size. */

/** The most that a session file may hold, in bytes. */
export const maxFileBytes = 8 * 1024 * 1024;
/**
 * The largest file, in bytes, that is taken for an archive; none gets that large. A character of one byte takes six in the
 * front matter at most, and what is in the context and in notes as many again in the body.
 */
export const maxArchiveBytes = 10 * maxFileBytes;
/** The most that a context, or notes on standard input, may hold, in bytes of text. */
export const maxTextBytes = 1024 * 1024;
/** What to do about more than that. */
export const sizeRemedy = "store less: put large data into a file, and give its path instead";

/** The size of a text in bytes of UTF-8 if that is beyond a limit. A short text need not be counted: a UTF-16 unit takes at most three. */
export function bytesBeyond(limit: number, text: string): number | undefined {
  if (text.length * 3 <= limit) return undefined;
  const bytes = Buffer.byteLength(text);
  return bytes > limit ? bytes : undefined;
}

export const workflowRule =
  "1 to 120 letters, digits, _ and -, starting with a letter or digit, in parts joined by : or ., like workflow:pr";
export const stepRule = "1 to 200 characters on one line, no control characters, no space at either end";
export const timeRule = "an ISO 8601 time like 2025-01-29T15:00:00.000Z";

export const isWorkflow = (name: string): boolean => name.length <= 120 && /^[A-Za-z0-9][\w-]*(?:[:.][\w-]+)*$/.test(name);

export function isStep(value: unknown): boolean {
  if (typeof value !== "string" || value === "" || value.length > 400) return false;
  if (value.length > 200 && [...value].length > 200) return false;
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(value) && value.trim() === value && value.isWellFormed();
}

/** How a workflow can have ended. */
export const statuses = ["completed", "failed", "cancelled"] as const;
export type Status = (typeof statuses)[number];
