import Toggle from '@cloudscape-design/components/toggle';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api, call, type Schemas } from '../../api/client';
import { asProblem, Problem } from '../../api/problem';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { useNotifyFailure } from '../flash';
import { canLift, closedBy, ownHolds } from '../holds';
import { LiveRegionText } from '../live-region';
import { SuspendWebsite } from './suspend-website';
import { websiteTexts } from './texts';

export type Website = Schemas['WebsiteView'];

// WebsiteSwitch shows whether a website is on, and switches it. The new state is shown at once, and taken back if the
// request fails.
export function WebsiteSwitch({ website }: { website: Website }) {
  const texts = useTexts(websiteTexts);
  const role = useRole();
  const queries = useQueryClient();
  const notifyFailure = useNotifyFailure();
  const [wanted, setWanted] = useState<boolean>();
  const [announced, setAnnounced] = useState('');
  const isOn = wanted ?? website.status === 'active';
  const isHeldAbove = website.status === 'suspended' && !canLift(website.holds, role);
  const isReadOnly = role === 'panel-user';
  const isManager = role === 'administrator' || role === 'reseller';
  const [isSuspending, setSuspending] = useState(false);
  const refresh = () => queries.invalidateQueries({ queryKey: ['websites'] });

  const turn = async (on: boolean) => {
    setWanted(on);
    const params = { path: { websiteId: website.id }, header: { 'If-Match': `"${website.version}"` } };
    try {
      await call(on ? api.POST('/v1/websites/{websiteId}/activate', { params })
        : api.POST('/v1/websites/{websiteId}/suspend', { params, body: {} }));
      setAnnounced(on ? texts.switchedOn(website.domain) : texts.switchedOff(website.domain));
      await refresh();
    } catch (error) {
      notifyFailure(asProblem(error).code === 'version-mismatch' ? new Problem(412, { code: 'changed-meanwhile' }) : error);
      await refresh();
    } finally {
      setWanted(undefined);
    }
  };

  const above = closedBy(website.holds);
  const reasons = ownHolds(website.holds).flatMap(({ reason }) => reason ?? []);
  let note = above ? texts.notServed[above] : reasons.join('; ');
  if (isHeldAbove) note = role === 'reseller' ? texts.heldAboveManager : texts.heldAbove;
  return (
    <div className="tn-switch">
      <Toggle
        checked={isOn}
        ariaLabel={texts.switchOf(website.domain)}
        disabled={isHeldAbove || isReadOnly}
        onChange={({ detail }) => {
          if (isManager && !detail.checked) setSuspending(true); // with a reason, a public message and an end
          else if (wanted === undefined) void turn(detail.checked);
        }}
      >
        {isOn ? texts.on : texts.off}
      </Toggle>
      {note && <div className="tn-faint tn-switch-note">{note}</div>}
      <LiveRegionText>{announced}</LiveRegionText>
      {isSuspending && <SuspendWebsite website={website} onClose={() => { setSuspending(false); }} />}
    </div>
  );
}
