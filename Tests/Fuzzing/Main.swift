import Foundation

/// `maskwatch-fuzz [--runs N] [--first N]`: sends spoilt requests and spoilt pictures through the model API, as far as the
/// networks. Run `n` is always the same, so that `--first n --runs 1` repeats it. Ends with status 1 if an answer is none of
/// those the protocol knows; a crash tells its run by the last line.
///
/// Built by `scripts/fuzz` it is guided by libFuzzer instead: bytes grow towards code that was not reached yet.
@main
struct Fuzz {
    static func main() async throws {
        #if GUIDED
            try GuidedFuzzing.run()
        #else
            try await spoil(runs: option("--runs") ?? 10_000, from: option("--first") ?? 0)
        #endif
    }

    private static func spoil(runs: Int, from first: Int) async throws {
        let (seeds, api) = (try Seeds(), ModelAPI())
        var statuses: [Int: Int] = [:]
        for run in first..<first + runs {
            if run % 10_000 == 0 { print("run \(run) \(statuses.sorted { $0.key < $1.key })") }
            var mutator = Mutator(seed: UInt64(run))
            let request = run % 2 == 0 ? spoiltPicture(seeds, &mutator) : spoiltRequest(seeds, &mutator)
            let status = try await api.post(request)
            statuses[status, default: 0] += 1
            guard ModelAPI.expects(status) else {
                print("run \(run) was answered with \(status)")
                exit(1)
            }
        }
        print("\(runs) runs, by status: \(statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })")
    }

    private static func option(_ name: String) -> Int? {
        let arguments = CommandLine.arguments
        return arguments.firstIndex(of: name).flatMap { Int(arguments.dropFirst($0 + 1).first ?? "") }
    }

    private static func spoiltPicture(_ seeds: Seeds, _ mutator: inout Mutator) -> Seeds.Request {
        let files = (0..<mutator.number(1...2)).map { _ in
            mutator.spoil(mutator.pick(seeds.pictures), with: mutator.pick(seeds.pictures))
        }
        return Seeds.pictures(files)
    }

    private static func spoiltRequest(_ seeds: Seeds, _ mutator: inout Mutator) -> Seeds.Request {
        let seed = mutator.pick(seeds.requests)
        var headers = seed.headers
        if mutator.chance(8), let length = headers["Inference-Header-Content-Length"].flatMap({ Int($0) }) {
            headers["Inference-Header-Content-Length"] = String(length + mutator.number(-9...9))
        }
        let body = mutator.spoil(seed.body, with: mutator.pick(seeds.requests).body)
        return Seeds.Request(path: seed.path, headers: headers, body: body)
    }
}
