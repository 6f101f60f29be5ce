import { servicePlans } from './kinds';
import { PlanList } from './plan-list';

export default function ServicePlans() {
  return <PlanList kind={servicePlans} />;
}
