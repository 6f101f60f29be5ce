import { useMemo } from 'react';
import type { FieldProblem, Problem } from '../api/problem';
import { useLanguage, type Language } from './catalogue';
import { formatter } from './format';
import { shared } from './shared';

// problemText explains a problem. The API's own explanations are English and the most exact; other languages explain
// the code.
export function problemText(problem: Problem, language: Language): string {
  const texts = shared[language].problems;
  if (problem.status === 429 && problem.retryAfter) return texts.wait(formatter(language).duration(problem.retryAfter));
  const text = (texts as Record<string, unknown>)[problem.code];
  if (language === 'en' && problem.detail && problem.code !== 'unexpected') return problem.detail;
  return typeof text === 'string' ? text : problem.detail || texts.unexpected;
}

// fieldText explains what is wrong with a field.
export function fieldText(field: FieldProblem, language: Language): string {
  const texts: Record<string, string> = shared[language].fields;
  if (language === 'en' && field.detail) return field.detail;
  return texts[field.code] ?? field.detail;
}

// useProblemTexts returns the functions above for the user's language.
export function useProblemTexts() {
  const language = useLanguage();
  return useMemo(() => ({
    problem: (problem: Problem) => problemText(problem, language),
    field: (field: FieldProblem | undefined) => (field ? fieldText(field, language) : ''),
  }), [language]);
}
