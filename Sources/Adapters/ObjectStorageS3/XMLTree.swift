import Foundation
import FoundationXML

/// An answer of the server as a tree: small, without a document type, otherwise it is refused.
struct XMLTree {
    struct Element {
        let name: String
        var text = ""
        var children: [Element] = []

        /// The text of the first child of that name.
        subscript(name: String) -> String? { children.first { $0.name == name }?.text }

        func all(_ name: String) -> [Element] { children.filter { $0.name == name } }
    }

    let root: Element

    /// Elements, and how deep they may lie: a page of a listing has 1000 objects of at most ten elements.
    static let maximumElements = 50_000
    static let maximumDepth = 8

    /// Nil if it is not such a document.
    init?(_ data: Data) {
        // Foundation's parser ends the process on a name that is not UTF-8, and on a processing instruction without words.
        let body = Self.withoutDeclaration(data)
        guard String(data: body, encoding: .utf8) != nil,
            ["<!DOCTYPE", "<?"].allSatisfy({ body.range(of: Data($0.utf8)) == nil })
        else { return nil }
        let builder = TreeBuilder()
        let parser = XMLParser(data: body)
        parser.delegate = builder
        guard parser.parse(), let root = builder.root else { return nil }
        self.root = root
    }

    private static func withoutDeclaration(_ data: Data) -> Data {
        guard data.starts(with: Data("<?xml ".utf8)), let end = data.range(of: Data("?>".utf8)) else { return data }
        return Data(data[end.upperBound...])
    }
}

private final class TreeBuilder: NSObject, XMLParserDelegate {
    private(set) var root: XMLTree.Element?
    private var open: [XMLTree.Element] = []
    private var count = 0

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        count += 1
        guard count <= XMLTree.maximumElements, open.count < XMLTree.maximumDepth else {
            return parser.abortParsing()
        }
        open.append(XMLTree.Element(name: name))
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if !open.isEmpty { open[open.count - 1].text += text }
    }

    func parser(_ parser: XMLParser, didEndElement: String, namespaceURI: String?, qualifiedName: String?) {
        guard let element = open.popLast() else { return }
        if open.isEmpty { root = element } else { open[open.count - 1].children.append(element) }
    }
}
