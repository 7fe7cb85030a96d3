import Foundation
import TestSupport
import Testing

@testable import ModelImport

/// A malformed file is refused with the line that is wrong; whatever it holds, nothing crashes.
@Suite struct DarknetRefusalTests {
    private func read(_ text: String) throws -> DarknetNetwork {
        try DarknetNetwork(ModelFile(name: "mine.cfg", data: Data(text.utf8)))
    }

    @Test(arguments: [
        ("[convolutional]\nfilters=2", 1, "first section"), ("width=3", 1, "before the first section"),
        ("[net]\nwidth=32\nheight=32\nchannels=1", 4, "colour"), ("[net]\nheight=32", 1, "width="),
        ("[net]\nwidth=99999\nheight=32", 2, "99999"), ("[net]\nwidth=32\nheight", 3, "neither"),
        ("[net\nwidth=32", 1, "no section"),
    ])
    func `a wrong beginning is named`(text: String, line: Int, word: String) {
        expect(text, line, word)
    }

    @Test(arguments: [
        ("filters=6", "filters=0", 5, "filters=0"), ("filters=6", "filters=9999999999999999999", 5, "filters="),
        ("filters=6", "filters=-1", 5, "filters=-1"), ("filters=6", "filters=7", 9, "needs 6 channels"),
        ("size=1", "size=99", 6, "size=99"), ("stride=32", "stride=0", 7, "stride=0"),
        ("stride=32", "stride=12", 9, "cells"), ("activation=linear", "activation=tanh", 8, "tanh"),
        ("activation=linear", "xnor=1", 8, "xnor"), ("size=1", "size=1\ngroups=5", 7, "groups=5"),
        ("size=1", "size=1\ndilation=2", 7, "dilation"), ("anchors=10,12", "anchors=10", 10, "pairs"),
        ("anchors=10,12", "anchors=ten,12", 10, "list"), ("anchors=10,12", "anchors=0,12", 10, "pairs"),
        ("classes=1", "classes=1\nmask=4", 12, "mask="), ("classes=1", "classes=0", 11, "classes=0"),
        ("classes=1", "classes=1\nnew_coords=1", 9, "logistic"), ("classes=1", "classes=1\nnms_kind=soft", 12, "soft"),
        ("[yolo]", "[region]", 9, "not a layer"), ("[yolo]", "[route]\nlayers=4\n[yolo]", 10, "layer 4"),
        ("[yolo]", "[route]\nlayers=-2\n[yolo]", 10, "layer -1"), ("[yolo]", "[shortcut]\n[yolo]", 9, "from="),
        ("[yolo]", "[upsample]\nstride=100\n[yolo]", 10, "stride=100"),
        ("[yolo]", "[maxpool]\nsize=63\npadding=0\n[yolo]", 9, "larger"),
        ("[yolo]\nanchors=10,12\nclasses=1", "", nil, "no [yolo]"),
    ])
    func `a wrong layer is named with its line`(old: String, new: String, line: Int?, word: String) throws {
        try #require(DarknetSamples.least.contains(old))
        expect(DarknetSamples.least.replacing(old, with: new), line, word)
    }

    private func expect(_ text: String, _ line: Int?, _ word: String) {
        let error = #expect(throws: ModelImportError.self) { try read(text) }
        #expect(error?.line == line, "\(error?.description ?? "")")
        #expect(error?.message.contains(word) == true, "\(error?.description ?? "")")
    }

    @Test func `layers that do not fit each other are named`() {
        let text = DarknetSamples.tiny.replacing("from=0", with: "from=1")
        expect(text, 34, "adds layers of 8x32x48 and 4x32x48")
    }

    @Test func `weights of another network are refused with both sizes`() throws {
        let network = try read(DarknetSamples.least)
        #expect(network.weights == 24)
        for count in [0, 23, 25, 400] {
            let file = ModelFile(name: "mine.weights", data: DarknetSamples.weights(count: count))
            let error = #expect(throws: ModelImportError.self) { try DarknetWeights(file, for: network) }
            #expect(error?.message.contains("\(24 * 4 + 20)") == true)
        }
        let old = ModelFile(name: "old.weights", data: DarknetSamples.weights(count: 24, header: [0, 1, 0, 0]))
        #expect(throws: Never.self) { try DarknetWeights(old, for: network) }
        let foreign = ModelFile(name: "x.weights", data: Data("this is certainly no weights file".utf8))
        #expect(throws: ModelImportError.self) { try DarknetWeights(foreign, for: network) }
    }

    @Test func `a number that is not finite is found`() throws {
        let network = try read(DarknetSamples.least)
        var data = DarknetSamples.weights(count: 24)
        data.replaceSubrange(40..<44, with: [0, 0, 0xC0, 0x7F])
        let weights = try DarknetWeights(ModelFile(name: "mine.weights", data: data), for: network)
        let error = #expect(throws: ModelImportError.self) { try DarknetTranslation.graph(of: network, weights) }
        #expect(error?.message.contains("byte 40") == true)
    }

    @Test(arguments: [("", "0 names"), ("a\n\nb", "empty"), ("a\na", "twice"), ("a\u{0}b", "UTF-8")])
    func `a wrong names file is refused`(text: String, word: String) {
        let error = #expect(throws: ModelImportError.self) {
            try LabelFile.labels(in: ModelFile(name: "mine.names", data: Data(text.utf8)))
        }
        #expect(error?.message.contains(word) == true)
    }

    @Test func `a hostile cfg is refused or read, and never crashes`() throws {
        var random = SeededGenerator(seed: 11)
        let good = Array(DarknetSamples.tiny.utf8)
        let pieces = [
            "=", "[", "]", "-1", "99999999999999999999", "0", ",", "\n", "1e30", "nan", "=-", "#", "\u{FFFD}",
        ]
        var refused = 0
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(contentsOf: pieces.randomElement(using: &random)!.utf8, at: place)
                default: bytes.removeSubrange(place..<min(bytes.count, place + 30))
                }
            }
            do {
                let network = try DarknetNetwork(ModelFile(name: "mine.cfg", data: Data(bytes)))
                #expect(network.weights <= DarknetNetwork.maximumWeights)
            } catch { refused += 1 }
        }
        #expect(refused > 500)
    }

    @Test func `limits hold before anything large is made`() throws {
        let many = "[net]\nwidth=32\nheight=32\n" + String(repeating: "[route]\n", count: 1001)
        expect(many, 1003, "1000 sections")
        let wide =
            "[net]\nwidth=32\nheight=32\n"
            + String(repeating: "[convolutional]\nfilters=8192\nsize=3\npad=1\nactivation=linear\n", count: 3)
        expect(wide, 9, "weights")
        let scratch = try ScratchDirectory()
        let file = scratch.url.appending(path: "big.cfg")
        try Data(count: DarknetNetwork.configurationLimit + 1).write(to: file)
        #expect(throws: ModelImportError.self) { try ModelFile(file, limit: DarknetNetwork.configurationLimit) }
        #expect(throws: ModelImportError.self) { try ModelFile(scratch.url, limit: 10) }
    }
}
