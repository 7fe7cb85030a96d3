import Foundation

/// How a picture must be turned to stand upright (EXIF 2.32, tag 0x0112). Anything odd in the EXIF data means upright.
struct EXIFOrientation: Equatable {
    /// 1...8.
    let value: Int

    init(value: Int) {
        self.value = (1...8).contains(value) ? value : 1
    }

    init(ofJPEG data: Data) {
        self.init(value: JPEGMarkers.exif(in: data).flatMap { TIFFReader($0)?.orientation } ?? 1)
    }

    var swapsSides: Bool { value >= 5 }

    func applied(to size: PictureSize) -> PictureSize {
        swapsSides ? PictureSize(width: size.height, height: size.width) : size
    }

    func applied(to picture: PixelBuffer) -> PixelBuffer {
        guard value != 1 else { return picture }
        let size = applied(to: PictureSize(width: picture.width, height: picture.height))
        return unsafe PixelBuffer(width: size.width, height: size.height) { target in
            unsafe picture.withBytes { source in
                for y in 0..<size.height {
                    for x in 0..<size.width {
                        let from = sourcePoint(x, y, width: picture.width, height: picture.height)
                        let sourceIndex = (from.y * picture.width + from.x) * PixelBuffer.channels
                        let targetIndex = (y * size.width + x) * PixelBuffer.channels
                        for channel in 0..<PixelBuffer.channels {
                            unsafe target[targetIndex + channel] = source[sourceIndex + channel]
                        }
                    }
                }
            }
        }
    }

    /// Where the upright pixel `x, y` lies in the stored picture of `width` by `height`.
    private func sourcePoint(_ x: Int, _ y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        switch value {
        case 2: (width - 1 - x, y)
        case 3: (width - 1 - x, height - 1 - y)
        case 4: (x, height - 1 - y)
        case 5: (y, x)
        case 6: (y, height - 1 - x)
        case 7: (width - 1 - y, height - 1 - x)
        case 8: (width - 1 - y, x)
        default: (x, y)
        }
    }
}

/// Reads one number out of a TIFF header (TIFF 6.0, section 2).
private struct TIFFReader {
    private let bytes: [UInt8]
    private let isBigEndian: Bool

    init?(_ data: Data) {
        bytes = Array(data.prefix(1 << 16))
        guard bytes.count >= 8 else { return nil }
        switch (bytes[0], bytes[1]) {
        case (0x49, 0x49): isBigEndian = false
        case (0x4D, 0x4D): isBigEndian = true
        default: return nil
        }
    }

    var orientation: Int? {
        guard let directory = long(4), let count = short(directory), count <= 512 else { return nil }
        for entry in 0..<count {
            let position = directory + 2 + entry * 12
            if short(position) == 0x0112 { return short(position + 8) }
        }
        return nil
    }

    private func short(_ position: Int) -> Int? {
        guard position >= 0, position + 2 <= bytes.count else { return nil }
        let (first, second) = (Int(bytes[position]), Int(bytes[position + 1]))
        return isBigEndian ? first << 8 | second : second << 8 | first
    }

    private func long(_ position: Int) -> Int? {
        guard let first = short(position), let second = short(position + 2) else { return nil }
        return isBigEndian ? first << 16 | second : second << 16 | first
    }
}
