/// Everything an evaluation found out: the figures, and what a report page shows beside them.
package struct EvaluationDetails: Sendable {
    struct Curves: Sendable {
        let faces: PrecisionCurve
        /// By category.
        let masks: [(name: String, curve: PrecisionCurve)]
        let facesByHeight: [(name: String, count: Int)]
    }

    package let report: EvaluationReport
    let curves: Curves
    /// Most mistakes first.
    let worst: [WorstPictures.Picture]
    /// From which score on a face would be shown.
    let operatingScore: Float
}
