package import Imaging

/// An evaluation as one HTML file that needs nothing else: no script, no other file, pictures inside.
package struct EvaluationPage: Sendable {
    /// What was evaluated with what, for the table at the end, in its order.
    package typealias Setting = (name: String, value: String)

    private let details: EvaluationDetails
    private let title: String
    private let settings: [Setting]

    private static let longestSide = 720
    private static let quality = 80

    /// - Parameter title: the name of the annotations.
    package init(_ details: EvaluationDetails, title: String, settings: [Setting]) {
        self.details = details
        self.title = title
        self.settings = settings
    }

    /// - Throws: `PictureError` if one of the worst pictures cannot be read again.
    package func html() throws(PictureError) -> String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <title>Evaluation · \(Markup.escape(title)) · Maskwatch</title>
        <style>\(EvaluationStyle.sheet)</style>
        </head>
        <body>
        <header><div class="inner"><p class="product">Maskwatch</p><h1>Evaluation of \(Markup.escape(title))</h1>
        <p class="quiet">\(details.report.images) pictures, \(details.report.faces) annotated faces</p></div></header>
        <main>
        \(tiles())
        <div class="columns">\(faces())\(masks())</div>
        <div class="columns">\(heights())\(confusion())</div>
        \(try worst())
        \(settingsTable())
        </main>
        </body>
        </html>
        """
    }

    private func tiles() -> String {
        let report = details.report
        let shown = details.curves.faces.point(from: details.operatingScore)
        let figures: [(String, Double?, String)] = [
            ("Faces, AP50", report.ap50, "AP 0.50 to 0.95: \(Markup.share(report.ap))"),
            ("Faces found", shown?.recall, "of all; \(Markup.share(shown?.precision)) of what is shown are faces"),
            ("Mask accuracy", report.accuracy, "of the answers; balanced \(Markup.share(report.balancedAccuracy))"),
            ("Faces with masks, mAP50", report.map50, "face and mask both right"),
        ]
        let tiles = figures.map { name, value, note in
            """
            <div class="tile"><p class="name">\(name)</p><p class="value">\(Markup.share(value))</p><p class="quiet">\(note)</p></div>
            """
        }
        return "<section class=\"tiles\" aria-label=\"Figures\">\(tiles.joined())</section>"
    }

    private func faces() -> String {
        let chart = CurveChart(
            title: "Faces",
            lines: [.init(name: "faces", style: "face", curve: details.curves.faces, value: details.report.ap50)],
            operatingScore: details.operatingScore)
        return card(
            "Faces", chart.svg(),
            note:
                "The dot is the score from which on faces are shown, \(Markup.fixed(Double(details.operatingScore), 2))."
        )
    }

    private func masks() -> String {
        let lines = details.curves.masks.filter { $0.curve.positives > 0 }.map { name, curve in
            CurveChart.Line(name: words(name), style: name, curve: curve, value: details.report.ap50ByClass[name])
        }
        guard !lines.isEmpty else {
            return card("Faces with masks", "<p class=\"empty\">No annotated face says whether it wears a mask.</p>")
        }
        return card(
            "Faces with masks", CurveChart(title: "Masks", lines: lines).svg(),
            note: "Every face counts for every mask state, by face score times probability.")
    }

    private func heights() -> String {
        let rows = details.curves.facesByHeight.map { name, count in
            let value = details.report.ap50ByHeight[name] ?? nil
            let width = Markup.fixed((value ?? 0) * 100, 1)
            return """
                <tr><th scope="row">\(name.replacing("-", with: "–")) px</th>
                <td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class="track" width="100" height="10" rx="1"/><rect class="fill" width="\(width)" height="10" rx="1"/></svg></td>
                <td class="number">\(Markup.share(value))</td><td class="number quiet">\(count)</td></tr>
                """
        }
        return card(
            "AP50 by height of the face",
            """
            <table class="heights"><thead><tr><th scope="col">height</th><th></th><th scope="col" class="number">AP50</th>
            <th scope="col" class="number">faces</th></tr></thead><tbody>\(rows.joined())</tbody></table>
            """, note: "Heights in pixels of the picture; faces of other heights are left out of a row.")
    }

    private func confusion() -> String {
        let answers = COCODataset.Category.labelled.map(\.rawValue) + ["unknown", "missed"]
        let table = details.report.confusion
        let rows = COCODataset.Category.labelled.compactMap { category -> String? in
            guard let row = table[category.rawValue] else { return nil }
            let all = max(1, row.values.reduce(0, +))
            let cells = answers.map { answer in
                let count = row[answer] ?? 0
                let kind = answer == category.rawValue ? "right" : "wrong"
                let strength = count == 0 ? "0" : Markup.fixed(0.12 + 0.68 * Double(count) / Double(all), 2)
                return "<td class=\"\(kind)\" style=\"--strength:\(strength)\">\(count)</td>"
            }
            return "<tr><th scope=\"row\">\(words(category.rawValue))</th>\(cells.joined())</tr>"
        }
        guard !rows.isEmpty else {
            return card(
                "What was said of the masks", "<p class=\"empty\">No annotated face says whether it wears a mask.</p>")
        }
        let heads = answers.map { "<th scope=\"col\">\(words($0))</th>" }
        return card(
            "What was said of the masks",
            """
            <div class="scroll"><table class="confusion"><thead><tr><th scope="col">annotated as</th>\(heads.joined())</tr></thead>
            <tbody>\(rows.joined())</tbody></table></div>
            """, note: "Faces as they are shown. Unknown is no answer; missed faces were not found.")
    }

    private func worst() throws(PictureError) -> String {
        var figures: [String] = []
        for picture in details.worst { figures.append(try WorstFigure(picture, Self.longestSide, Self.quality).html()) }
        guard !figures.isEmpty else {
            return card("Pictures with the most mistakes", "<p class=\"empty\">There is none.</p>")
        }
        return """
            <section class="card"><h2>Pictures with the most mistakes</h2>
            <ul class="legend marks"><li><i class="key found"></i>found</li><li><i class="key misjudged"></i>mask misjudged</li>
            <li><i class="key missed"></i>missed</li><li><i class="key extra"></i>no face annotated here</li></ul>
            <div class="worst">\(figures.joined())</div></section>
            """
    }

    private func settingsTable() -> String {
        let rows = settings.map { "<tr><th scope=\"row\">\(Markup.escape($0))</th><td>\(Markup.escape($1))</td></tr>" }
        return card("Settings", "<table class=\"settings\"><tbody>\(rows.joined())</tbody></table>")
    }

    private func card(_ heading: String, _ body: String, note: String? = nil) -> String {
        let end = note.map { "<p class=\"quiet\">\(Markup.escape($0))</p>" } ?? ""
        return "<section class=\"card\"><h2>\(heading)</h2>\(body)\(end)</section>"
    }

    private func words(_ name: String) -> String { COCODataset.Category(rawValue: name)?.words ?? name }
}
