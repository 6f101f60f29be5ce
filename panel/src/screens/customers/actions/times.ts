// checkTimes reports times that are incomplete, and an end that is not after the start.
export function checkTimes(
  start: string | null | undefined, end: string | null | undefined, texts: { invalidTime: string; endBeforeStart: string },
): Record<string, string> {
  const wrong: Record<string, string> = {};
  if (start === null) wrong['/suspendAt'] = texts.invalidTime;
  if (end === null) wrong['/until'] = texts.invalidTime;
  if (start && end && end <= start) wrong['/until'] = texts.endBeforeStart;
  return wrong;
}
