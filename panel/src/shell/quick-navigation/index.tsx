import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useRole } from '../../session/use-me';
import { useTexts } from '../../texts/catalogue';
import { shared } from '../../texts/shared';

// QuickNavigation is the one box that finds objects on every screen.
export function QuickNavigation() {
  const texts = useTexts(shared);
  const navigate = useNavigate();
  const role = useRole();
  const [text, setText] = useState('');
  if (role !== 'administrator' && role !== 'reseller') return null;
  return (
    <Input
      type="search"
      ariaLabel={texts.menu.quickNavigation}
      placeholder={texts.menu.quickNavigation}
      value={text}
      onChange={({ detail }) => { setText(detail.value); }}
      onKeyDown={({ detail }) => {
        if (detail.key === 'Enter' && text.trim()) void navigate(`/customers?search=${encodeURIComponent(text.trim())}`);
      }}
    />
  );
}
