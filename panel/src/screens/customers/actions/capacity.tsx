import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { WarningText } from '../../../components/warning-text';
import { useResources } from '../../../resources/use-resources';
import { useTexts } from '../../../texts/catalogue';
import { isShort, needsOf } from './demand';
import { actionTexts } from './texts';
import type { Forecast } from './use-preview';

// Capacity compares what the customers need with what the new owner has left.
export function Capacity({ forecast }: { forecast: Forecast }) {
  const texts = useTexts(actionTexts).preview;
  const resources = useResources();
  const needs = needsOf(forecast);
  const dropsSchedule = forecast.items.some((item) => item.forecast?.dropsSchedule);
  return (
    <>
      {dropsSchedule && <WarningText>{texts.dropsSchedule}</WarningText>}
      {needs.length > 0 && (
        <table className="tn-differences">
          <caption>{texts.capacity}</caption>
          <thead><tr><th scope="col">{texts.resource}</th><th scope="col">{texts.needed}</th><th scope="col">{texts.available}</th></tr></thead>
          <tbody>
            {needs.map((need) => (
              <tr key={need.resource}>
                <th scope="row">{resources.title(need.resource)}</th>
                <td>{need.unlimited > 0 ? texts.unlimitedNeeded : resources.amount(need.resource, need.needed)}</td>
                <td>
                  <StatusIndicator type={isShort(need) ? 'error' : 'success'}>{resources.amount(need.resource, need.available)}</StatusIndicator>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
