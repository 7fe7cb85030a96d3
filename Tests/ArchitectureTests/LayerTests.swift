import Foundation
import Testing

@Suite("The architecture")
struct LayerTests {
    @Test("is read from the manifest")
    func manifest() {
        #expect(SourceTree.targets.count > 30)
        #expect(SourceTree.swiftFiles.count > 50)
    }

    @Test("has no import that the manifest does not declare")
    func imports() {
        let names = Set(SourceTree.targets.map(\.name))
        for target in SourceTree.targets {
            for file in SourceTree.swiftFiles where file.path.hasPrefix(target.path + "/") {
                let undeclared = imports(of: file).intersection(names).subtracting(target.dependencies)
                #expect(
                    undeclared.isEmpty,
                    "\(file.path) imports \(undeclared.sorted()), which \(target.name) does not declare")
            }
        }
    }

    @Test("uses every edge the manifest declares")
    func unusedEdges() {
        for target in SourceTree.targets where target.path.hasPrefix("Sources") {
            let files = SourceTree.swiftFiles.filter { $0.path.hasPrefix(target.path + "/") }
            let used = files.reduce(into: Set<String>()) { $0.formUnion(imports(of: $1)) }
            let unused = target.dependencies.subtracting(used)
            #expect(unused.isEmpty, "\(target.name) declares \(unused.sorted()) and does not import it")
        }
    }

    @Test("keeps files under 400 lines")
    func fileLengths() {
        for file in SourceTree.swiftFiles {
            #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
        }
    }

    @Test("keeps functions under 60 lines")
    func functionLengths() {
        for file in SourceTree.swiftFiles {
            for function in FunctionLengths.functions(in: file.lines) where function.length > 60 {
                Issue.record("\(file.path):\(function.line): \(function.length) lines")
            }
        }
    }

    @Test("gives the reason for every unchecked Sendable on the next line")
    func uncheckedSendable() {
        for file in SourceTree.swiftFiles where !file.path.contains("ArchitectureTests") {
            for (index, line) in file.lines.enumerated() where line.contains("@unchecked Sendable") {
                let next = file.lines[index...].dropFirst().first { !$0.trimmingCharacters(in: .whitespaces).isEmpty }
                let isReason = next?.trimmingCharacters(in: .whitespaces).hasPrefix("//") == true
                #expect(isReason, "\(file.path):\(index + 1): no reason for @unchecked Sendable")
            }
        }
    }

    private func imports(of file: SourceTree.File) -> Set<String> {
        Set(
            file.lines.compactMap { line in
                let words = line.split(separator: " ")
                guard let position = words.firstIndex(of: "import"), position <= 2, words.count > position + 1,
                    words[..<position].allSatisfy({
                        ["package", "internal", "private", "@testable", "public"].contains($0)
                    })
                else { return nil }
                return String(words[position + 1])
            })
    }
}

/// Finds functions by their first line and the brace that closes it at the same indent; the formatter guarantees both.
enum FunctionLengths {
    static func functions(in lines: [String]) -> [(line: Int, length: Int)] {
        lines.indices.compactMap { start in
            let line = lines[start]
            let isStart = line.contains(/^\s*([@a-z()A-Z]+ )*(func |init[?(<])/)
            guard isStart else { return nil }
            let indent = line.prefix { $0 == " " }
            guard let end = lines[start...].firstIndex(where: { $0 == indent + "}" }) else { return nil }
            return (start + 1, end - start + 1)
        }
    }
}
