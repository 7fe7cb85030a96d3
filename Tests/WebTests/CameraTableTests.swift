import Domain
import Foundation
import HTTPTypes
import Testing

@testable import Web

@Suite("Cameras as a table")
struct CameraTableTests {
    private let now = Date(timeIntervalSince1970: 1_800_000_000)

    private func read(_ text: String, known: [Camera] = []) throws -> [Result<Camera, CameraTable.RowError>] {
        try CameraTable(Data(text.utf8), known: known, policy: AddressPolicy(), allowsFiles: false, at: now).records
    }

    @Test("are read with what the record says, and defaults for the rest")
    func read() throws {
        let records = try read(
            "name;address;username;password;every;enabled\nDoor;rtsp://192.0.2.1/a;viewer;p@ss:word;2.5;false\n"
                + "Hall;rtsp://192.0.2.2/b\n")
        let door = try records[0].get()
        #expect(door.name == "Door")
        #expect(door.source.username == "viewer")
        #expect(door.source.password?.reveal() == "p@ss:word")
        #expect(door.sampling.every == 2.5)
        #expect(!door.isEnabled)
        let hall = try records[1].get()
        #expect(hall.sampling == Sampling())
        #expect(hall.isEnabled)
    }

    @Test("that are wrong are refused with line and column, and leave the others alone")
    func wrong() throws {
        let records = try read(
            "name,address,every\n,rtsp://192.0.2.1/a,\nDoor,ftp://192.0.2.1/,\nHall,rtsp://192.0.2.1/a,often\n"
                + "Yard,rtsp://192.0.2.1/a,5\nYard,rtsp://192.0.2.1/b,5\n")
        let errors = records.map { record -> String? in
            if case .failure(let error) = record { "\(error.line) \(error.errors.map(\.field))" } else { nil }
        }
        #expect(errors == ["2 [\"name\"]", "3 [\"address\"]", "4 [\"every\"]", nil, "6 [\"name\"]"])
    }

    @Test("with an unknown column are refused")
    func unknownColumn() throws {
        guard case .failure(let error) = try read("name,address,colour\nDoor,rtsp://192.0.2.1/a,red\n")[0] else {
            Issue.record("the colour was accepted")
            return
        }
        #expect(error.errors.map(\.field) == ["colour"])
    }

    @Test("change the camera that has the name, and keep the password that an export leaves out")
    func roundTrip() throws {
        let camera = Camera(
            name: "=Door",
            source: CameraSource(
                address: "rtsp://192.0.2.1/a", username: "viewer", password: Secret("s3cr3t-CANARY"), transport: .udp),
            sampling: Sampling(every: 7, shots: 2, spacing: 0.25, mode: .onDemand), isEnabled: false)
        var plain = camera
        plain.name = "Door"
        let text = String(decoding: CameraTable.write([plain]), as: UTF8.self)
        #expect(!text.contains("CANARY"))
        let back = try read(text, known: [plain])[0].get()
        #expect(back.id == plain.id)
        #expect(back.source == plain.source)
        #expect(back.sampling == plain.sampling)
        #expect(!back.isEnabled)
        #expect(String(decoding: CameraTable.write([camera]), as: UTF8.self).contains("'=Door"))
    }
}
