package import Foundation

/// What was seen in a period, beside the one before it.
package struct Report: Hashable, Sendable {
    package let period: ReportPeriod
    package let slots: StatisticsSlots
    /// One for each slot.
    package let counts: [SightingCounts]
    /// The same of the period before, which may have an hour more or less.
    package let before: [SightingCounts]

    package init(_ period: ReportPeriod, sums: [StatisticsSum], before: [StatisticsSum]) {
        self.period = period
        slots = period.slots
        counts = slots.counts(sums)
        self.before = period.slotsBefore.counts(before)
    }

    package var total: SightingCounts { counts.reduce(SightingCounts(), +) }
    package var totalBefore: SightingCounts { before.reduce(SightingCounts(), +) }

    /// Whether less than half of the planned pictures of a slot were taken.
    package func isGap(_ slot: Int) -> Bool {
        counts[slot].expected > 0 && counts[slot].pictures * 2 < counts[slot].expected
    }

    /// Times of gaps, those that follow one another together.
    package var gaps: [Range<Date>] {
        slots.starts.indices.filter(isGap).reduce(into: []) { gaps, slot in
            let start = slots.starts[slot]
            let end = slot + 1 < slots.starts.count ? slots.starts[slot + 1] : slots.end
            if let last = gaps.last, last.upperBound == start {
                gaps[gaps.count - 1] = last.lowerBound..<end
            } else {
                gaps.append(start..<end)
            }
        }
    }
}
