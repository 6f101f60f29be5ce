import Alert from '@cloudscape-design/components/alert';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { ReactNode } from 'react';
import { Problem } from '../../../api/problem';
import { Failure } from '../../../components/screen';
import { useTexts } from '../../../texts/catalogue';
import { useFormat } from '../../../texts/format';
import { useProblemTexts } from '../../../texts/problem-text';
import { onlyCustomer, type Target } from './target';
import { actionTexts } from './texts';
import type { Forecast, usePreview } from './use-preview';

interface PreviewProps {
  target: Target;
  preview: ReturnType<typeof usePreview>;
  isQuiet?: boolean; // whether it is not worth saying that the action is possible
  children?: (forecast: Forecast) => ReactNode; // what else the forecast says
}

const shownProblems = 5;

// Preview shows what an action will do before it is done: for how many it is possible, and why not for others.
export function Preview({ target, preview, isQuiet = false, children }: PreviewProps) {
  const texts = useTexts(actionTexts).preview;
  const format = useFormat();
  const { forecast, error } = preview;
  if (error) return <Failure error={error} retry={() => void preview.refetch()} />;
  if (!forecast) {
    if (!preview.isPending) return null;
    const count = preview.progress ? ` ${format.number(preview.progress)}` : '';
    return <div role="status"><StatusIndicator type="loading">{`${texts.running}${count}`}</StatusIndicator></div>;
  }
  const isOne = onlyCustomer(target) !== undefined;
  return (
    <div role="status">
      <SpaceBetween size="s">
        {forecast.possible > 0 && !(isQuiet && forecast.impossible === 0) && (
          <StatusIndicator type="success">
            {isOne ? texts.possibleOne : texts.possible(format.number(forecast.possible))}
          </StatusIndicator>
        )}
        {forecast.impossible > 0 && <Obstacles target={target} forecast={forecast} isOne={isOne} />}
        {children?.(forecast)}
      </SpaceBetween>
    </div>
  );
}

// Obstacles lists the customers for which the action is not possible, and why.
function Obstacles({ target, forecast, isOne }: { target: Target; forecast: Forecast; isOne: boolean }) {
  const texts = useTexts(actionTexts).preview;
  const format = useFormat();
  const problems = useProblemTexts();
  const names = new Map(target.kind === 'items' ? target.customers.map(({ id, name }) => [id, name]) : []);
  const failed = forecast.items.filter(({ state }) => state === 'failed').slice(0, shownProblems);
  const reason = ({ code, detail }: { code?: string; detail?: string }) => problems.problem(new Problem(409, { code, detail }));
  const more = forecast.impossible - failed.length;
  return (
    <Alert type={forecast.possible > 0 ? 'warning' : 'error'} header={isOne ? texts.impossibleOne : texts.impossible(format.number(forecast.impossible))}>
      {isOne ? failed.map((item) => <div key={item.customer}>{reason(item)}</div>) : (
        <ul className="tn-plain-list">
          {failed.map((item) => <li key={item.customer}><strong>{names.get(item.customer) ?? item.customer}</strong>: {reason(item)}</li>)}
          {more > 0 && <li>{texts.others(format.number(more))}</li>}
        </ul>
      )}
    </Alert>
  );
}
