import Foundation
import Testing

@testable import ObjectStorageS3

@Suite("XML of an object store")
struct XMLTreeTests {
    @Test("elements, texts and references are read")
    func reads() throws {
        let tree = try #require(XMLTree(Data("<?xml version=\"1.0\"?>\n<a><b>x&amp;\u{E9}</b><c/><b>2</b></a>".utf8)))
        #expect(tree.root.all("b").map(\.text) == ["x&\u{E9}", "2"] && tree.root["c"] == "")
    }

    @Test(
        "what is no document is refused",
        arguments: ["", "a", "<a>", "<a></b>", "<!DOCTYPE a><a/>", "<?x?><a/>", "<a><?x?></a>"])
    func refuses(_ text: String) {
        #expect(XMLTree(Data(text.utf8)) == nil)
    }

    @Test("bytes that are not UTF-8 are refused", arguments: [0xC3, 0xFF, 0x80] as [UInt8])
    func notUTF8(_ byte: UInt8) {
        for text in ["<a\u{0}b></a\u{0}b>", "<a>\u{0}</a>", "<a><\u{0}/></a>", "<a>\u{0}b</c></a>"] {
            #expect(XMLTree(Data(text.utf8.map { $0 == 0 ? byte : $0 })) == nil)
        }
    }
}
