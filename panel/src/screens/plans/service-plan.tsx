import { servicePlans } from './kinds';
import { PlanScreen } from './plan';

export default function ServicePlan() {
  return <PlanScreen kind={servicePlans} />;
}
