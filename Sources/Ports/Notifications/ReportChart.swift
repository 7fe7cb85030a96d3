import Domain
import Foundation
import Imaging

/// Charts of a report as PNG pictures, which every mail program shows. Drawn at twice the size they are shown at. Their only
/// letters are digits, so that they are the same in every language; on white, so that they can be read on any ground.
struct ReportChart {
    let report: Report

    static let width = 1200
    static let height = 400
    /// What is left free around the plot for the letters.
    private static let (left, right, top, bottom) = (90, 20, 24, 48)
    private static let dot = 3
    private static let grid = Color(red: 225, green: 228, blue: 232)
    static let gap = Color(red: 236, green: 238, blue: 241)
    private static let words = Color(red: 96, green: 104, blue: 118)
    static let line = Color(red: 11, green: 100, blue: 113)
    static let before = Color(red: 160, green: 168, blue: 180)

    private var plotWidth: Int { Self.width - Self.left - Self.right }
    private var plotHeight: Int { Self.height - Self.top - Self.bottom }

    /// Sightings by state, one bar a slot.
    func sightings() throws -> Data {
        let most = report.counts.map { $0.judged + $0.unknown }.max() ?? 0
        let step = Self.step(for: most)
        let scale = Double(plotHeight) / Double(step * 4)
        return try picture(labels: (0...4).map { String($0 * step) }) { canvas in
            for (slot, counts) in report.counts.enumerated() {
                var sum = 0
                let columns = columns(slot)
                let bar = columns.lowerBound + columns.count / 10..<columns.upperBound - columns.count / 10
                for state in MaskState.allCases {
                    let (low, high) = (sum, sum + counts.count(of: state))
                    canvas.fill(bar, y(Double(high) * scale)..<y(Double(low) * scale), EvidencePicture.color(state))
                    sum = high
                }
            }
        }
    }

    /// The share of masks worn correctly, that of the period before behind it.
    func compliance() throws -> Data {
        try picture(labels: [0, 25, 50, 75, 100].map { "\($0)%" }) { canvas in
            draw(report.before.map(\.compliance), thickness: 3, Self.before, on: canvas)
            draw(report.counts.map(\.compliance), thickness: 6, Self.line, on: canvas)
        }
    }

    private func picture(labels: [String], draw: (Canvas) -> Void) throws -> Data {
        try PictureEncoder.png(
            PixelBuffer(width: Self.width, height: Self.height, on: .white) { canvas in
                for slot in report.counts.indices where report.isGap(slot) {
                    canvas.fill(columns(slot), Self.top..<Self.top + plotHeight, Self.gap)
                }
                for (index, label) in labels.enumerated() {
                    let line = y(Double(plotHeight * index) / Double(labels.count - 1))
                    canvas.fill(Self.left..<Self.width - Self.right, line..<line + 2, Self.grid)
                    let size = Canvas.size(of: label)
                    canvas.write(
                        label, left: Self.left - 12 - size.width * Self.dot, top: line - size.height * Self.dot / 2,
                        dot: Self.dot, Self.words)
                }
                writeTimes(on: canvas)
                draw(canvas)
            })
    }

    /// Every third hour of a day, every day of a week.
    private func writeTimes(on canvas: Canvas) {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = report.period.zone
        for (slot, start) in report.slots.starts.enumerated() {
            let parts = calendar.dateComponents([.day, .month, .hour], from: start)
            let hour = parts.hour ?? 0
            let isDay = report.slots.interval == .day
            guard isDay || hour.isMultiple(of: 3) else { continue }
            let label = isDay ? "\(parts.day ?? 0).\(parts.month ?? 0)." : "\(hour):00"
            let middle = isDay ? (columns(slot).lowerBound + columns(slot).upperBound) / 2 : columns(slot).lowerBound
            canvas.write(
                label, left: middle - (isDay ? Canvas.size(of: label).width * Self.dot / 2 : 0),
                top: Self.top + plotHeight + 14, dot: Self.dot, Self.words)
        }
    }

    /// A line from the middle of each slot to that of the next; none over slots without a value, and a point for one alone.
    private func draw(_ shares: [Double?], thickness: Int, _ color: Color, on canvas: Canvas) {
        var last: (x: Int, height: Double)?
        for (slot, share) in shares.enumerated() {
            guard let share, slot < report.counts.count else {
                last = nil
                continue
            }
            let x = (columns(slot).lowerBound + columns(slot).upperBound) / 2
            let height = share * Double(plotHeight)
            let from = last ?? (x, height)
            for column in from.x...x {
                let part = x == from.x ? 1 : Double(column - from.x) / Double(x - from.x)
                let middle = y(from.height + (height - from.height) * part)
                let steep = x == from.x ? 0 : Int(abs(height - from.height) / Double(x - from.x) / 2)
                canvas.fill(
                    column - thickness / 2..<column + thickness / 2,
                    middle - thickness / 2 - steep..<middle + thickness / 2 + steep, color)
            }
            canvas.fill(x - thickness..<x + thickness, y(height) - thickness..<y(height) + thickness, color)
            last = (x, height)
        }
    }

    private func columns(_ slot: Int) -> Range<Int> {
        let count = report.counts.count
        return Self.left + plotWidth * slot / count..<Self.left + plotWidth * (slot + 1) / count
    }

    /// The row of a height above the axis.
    private func y(_ height: Double) -> Int { Self.top + plotHeight - Int(height.rounded()) }

    /// A quarter of the axis: 1, 2 or 5 with zeros.
    static func step(for most: Int) -> Int {
        var step = 1
        while true {
            for factor in [1, 2, 5] where step * factor * 4 >= most { return step * factor }
            step *= 10
        }
    }
}

extension SightingCounts {
    func count(of state: MaskState) -> Int {
        switch state {
        case .wornCorrectly: wornCorrectly
        case .wornIncorrectly: wornIncorrectly
        case .without: without
        case .unknown: unknown
        }
    }
}
