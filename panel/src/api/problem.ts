import type { components } from './schema';

export type FieldProblem = components['schemas']['Field'];
type ProblemDocument = Partial<components['schemas']['Problem']>;

// The codes of problems that the panel itself finds: no answer came, or the answer is not one of the API's.
const UNREACHABLE = 'unreachable';
const UNEXPECTED = 'unexpected';

// Problem is the one error of all requests. code is the stable name of the problem, such as "login-taken". detail is the
// API's explanation, in English. fields names the parts of the request that are wrong.
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly fields: FieldProblem[];
  readonly operation: string | undefined; // the operation that works on the account, if the code is busy
  readonly retryAfter: number | undefined; // in seconds

  constructor(status: number, document: ProblemDocument, retryAfter?: number) {
    super(document.detail ?? document.code ?? UNEXPECTED);
    this.name = 'Problem';
    this.status = status;
    this.code = document.code ?? UNEXPECTED;
    this.detail = document.detail ?? '';
    this.requestId = document.requestId ?? '';
    this.fields = document.errors ?? [];
    this.operation = document.operation;
    this.retryAfter = retryAfter;
  }

  // at returns the problem of the field with the JSON pointer, such as "/contact/email".
  at(pointer: string): FieldProblem | undefined {
    return this.fields.find((field) => field.pointer === pointer);
  }
}

// unreachable returns the problem of a request that got no answer.
export const unreachable = () => new Problem(0, { code: UNREACHABLE });

// readProblem returns the problem that a response describes.
export async function readProblem(response: Response): Promise<Problem> {
  const document = await response.clone().json().catch(() => ({})) as ProblemDocument;
  return new Problem(response.status, document, retryAfter(response));
}

// retryAfter returns the seconds that a Retry-After header asks to wait.
export function retryAfter(response: Response): number | undefined {
  const seconds = Number(response.headers.get('Retry-After') ?? NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

// asProblem returns the error as a problem. Errors of the panel itself become unexpected problems.
export function asProblem(error: unknown): Problem {
  return error instanceof Problem ? error : new Problem(0, { code: UNEXPECTED, detail: String(error) });
}
