package account

// LiftMarks say which holds below an account its activations have lifted, in one write however many holds there are
// (ADR 11). By level, a mark is the account's HoldSequence at the last activation: holds on subscriptions up to this
// sequence, of a level that the mark's level may lift, are void.
type LiftMarks map[Level]int64

// Void reports whether an activation of the customer has lifted a subscription's hold.
func (m LiftMarks) Void(hold Hold) bool {
	for level, mark := range m {
		if level.MayLift(hold.Level) && hold.Sequence <= mark {
			return true
		}
	}
	return false
}

// LiftBelow voids the holds on the account's subscriptions that the level may lift. It raises the level's mark to a new
// sequence, later than those of all holds so far. It reports whether there was anything to void.
func (a *Account) LiftBelow(by Level) bool {
	for level, mark := range a.LiftMarks {
		if mark == a.HoldSequence && level.MayLift(by) {
			return false
		}
	}
	if a.HoldSequence == 0 {
		return false
	}
	if a.LiftMarks == nil {
		a.LiftMarks = LiftMarks{}
	}
	// A hold that is placed or lifted below at the same time depends on the old sequence, so its write fails and it is
	// judged anew.
	a.HoldSequence++
	a.LiftMarks[by] = a.HoldSequence
	for _, counts := range []map[Level]int64{a.HeldSubscriptions, a.CoveredHolds} {
		for level := range counts {
			if by.MayLift(level) {
				delete(counts, level)
			}
		}
	}
	return true
}

// CanLiftBelow reports whether subscriptions of the account have holds that the level may lift.
func (a *Account) CanLiftBelow(by Level) bool {
	for _, counts := range []map[Level]int64{a.HeldSubscriptions, a.CoveredHolds} {
		for level, subscriptions := range counts {
			if by.MayLift(level) && subscriptions > 0 {
				return true
			}
		}
	}
	return false
}
