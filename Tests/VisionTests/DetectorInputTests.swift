import Imaging
import Testing

@testable import Vision

@Suite struct DetectorInputTests {
    private func input(_ width: Int, _ height: Int, enlarge: Double = .infinity) -> DetectorInput {
        DetectorInput(
            for: PictureSize(width: width, height: height), longestSide: 1024, multiple: 32, enlarge: enlarge)
    }

    @Test(arguments: [
        (1920, 1080, 1024, 576), (1080, 1920, 576, 1024), (640, 480, 1024, 768), (500, 500, 1024, 1024),
        (3000, 100, 1024, 576),
    ])
    func `a picture fills the longest side`(width: Int, height: Int, columns: Int, rows: Int) {
        let input = input(width, height)
        #expect((input.columns, input.rows) == (columns, rows))
        #expect(max(input.content.width, input.content.height) == 1024)
    }

    @Test(arguments: [
        (1920, 1080, 1024, 576, 1024, 576), (612, 408, 768, 448, 612, 408), (408, 612, 448, 768, 408, 612),
        (400, 300, 512, 384, 400, 300), (20, 10, 512, 288, 20, 10), (1000, 1000, 1024, 1024, 1000, 1000),
    ])
    func `a small picture is not enlarged where the package says so, and gets a smaller input`(
        width: Int, height: Int, columns: Int, rows: Int, contentWidth: Int, contentHeight: Int
    ) {
        let input = input(width, height, enlarge: 1)
        #expect((input.columns, input.rows) == (columns, rows))
        #expect((input.content.width, input.content.height) == (contentWidth, contentHeight))
    }

    @Test func `few inputs are used, whatever the pictures`() {
        var inputs: Set<[Int]> = []
        for width in stride(from: 16, to: 2000, by: 37) {
            for height in stride(from: 16, to: 2000, by: 41) {
                let input = input(width, height, enlarge: 1)
                #expect(input.content.width <= input.columns && input.content.height <= input.rows)
                #expect(input.columns % 32 == 0 && input.rows % 32 == 0)
                inputs.insert([input.columns, input.rows])
            }
        }
        #expect(inputs.count <= 15)
    }

    @Test func `a network of one size gets pictures that fit in it`() {
        let input = DetectorInput(for: PictureSize(width: 100, height: 400), columns: 608, rows: 608)
        #expect((input.columns, input.rows) == (608, 608))
        #expect((input.content.width, input.content.height) == (152, 608))
    }
}
